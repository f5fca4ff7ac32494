using Quern.Nn.Tests.Gradients;
using Quern.Tensors;
using Xunit.Runner.InProc.SystemConsole;

namespace Quern.Nn.Tests;

/// <summary>
/// Runs the tests, or prints every gradient check with the errors that were found:
/// <c>dotnet run -c Release --project tests/Nn.Tests -- gradients [device]</c>.
/// </summary>
internal static class Program
{
    private static async Task<int> Main(string[] args) =>
        args is ["gradients", .. string[] device] ? PrintGradients(device.FirstOrDefault("cpu")) : await ConsoleRunner.Run(args);

    private static int PrintGradients(string name)
    {
        Device device;
        try
        {
            device = Device.Parse(name);
        }
        catch (DeviceException exception)
        {
            Console.Error.WriteLine(exception.Message);
            return 2;
        }

        Console.WriteLine($"Gradients on {device} ({device.Description}) against central differences of plain double-precision formulas.");
        Console.WriteLine($"Relative errors; each must stay below {CaseCheck.Tolerance}.");
        Console.WriteLine();
        Console.WriteLine($"{"",-58}{"output",10}{"gradients",11}{"coordinates",13}{"kinks skipped",15}");
        List<string> failures = [];
        foreach (GradientCase subject in GradientCases.All)
        {
            GradientCheckReport report = CaseCheck.Run(subject, device);
            Console.WriteLine($"{subject.Name,-58}{CaseCheck.WorstError(report.Tensors.Take(1)),10:e1}{CaseCheck.WorstError(report.Tensors.Skip(1)),11:e1}{report.Compared(),13}{report.Kinks(),15}");
            failures.AddRange(report.Failures(subject));
        }

        Console.WriteLine();
        failures.ForEach(Console.WriteLine);
        Console.WriteLine(failures.Count == 0 ? "All agree." : $"{failures.Count} do not agree.");
        return failures.Count == 0 ? 0 : 1;
    }
}
