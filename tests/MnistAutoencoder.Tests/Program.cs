using Xunit.Runner.InProc.SystemConsole;

namespace Quern.MnistAutoencoder.Tests;

/// <summary>Runs the tests, or is a <see cref="CommandProcess"/> of theirs.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] args) => args is [CommandProcess.Argument] ? CommandProcess.Serve() : await ConsoleRunner.Run(args);
}
