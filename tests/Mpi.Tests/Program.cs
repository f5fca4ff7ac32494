using Xunit.Runner.InProc.SystemConsole;

namespace Quern.Mpi.Tests;

/// <summary>Runs the tests, or is one of the processes that a test started by way of <c>mpirun</c>.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] args) =>
        args is ["process", string name] ? ProcessPrograms.Run(name) : await ConsoleRunner.Run(args);
}
