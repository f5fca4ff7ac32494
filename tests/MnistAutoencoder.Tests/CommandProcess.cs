using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace Quern.MnistAutoencoder.Tests;

/// <summary>
/// A process that runs the program again and again. The start of a new one takes ten times as long as a short training in it, so that this is for
/// tests of what a command does; <see cref="Sample.Run"/> is for those of the program as a process.
/// </summary>
internal sealed class CommandProcess
{
    /// <summary>What the tests' program is started with to be such a process.</summary>
    public const string Argument = "commands";

    private static readonly ConcurrentBag<CommandProcess> Idle = [];

    private readonly Process _process;
    private readonly Task<string> _errors;

    private CommandProcess()
    {
        _process = Process.Start(new ProcessStartInfo(Sample.Host, [typeof(CommandProcess).Assembly.Location, Argument])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _errors = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>Runs the program in a process that is not busy; it ends with the tests.</summary>
    public static async Task<SampleResult> Run(string workingFolder, params string[] arguments)
    {
        if (!Idle.TryTake(out CommandProcess? process))
        {
            process = new CommandProcess();
        }

        SampleResult result = await process.Ask(new Request(workingFolder, arguments)).WaitAsync(Sample.Patience);
        Idle.Add(process);
        return result;
    }

    /// <summary>Answers each line of standard input, a request, with one, what the program answered.</summary>
    public static int Serve()
    {
        var program = typeof(CommandLine).Assembly.EntryPoint!.CreateDelegate<Func<string[], int>>();
        TextWriter answers = Console.Out;
        while (Console.ReadLine() is { } line)
        {
            Request request = JsonSerializer.Deserialize<Request>(line)!;
            using StringWriter output = new(), error = new();
            Console.SetOut(output);
            Console.SetError(error);
            Environment.CurrentDirectory = request.Folder;
            int exitCode = program(request.Arguments);
            Environment.CurrentDirectory = AppContext.BaseDirectory;
            answers.WriteLine(JsonSerializer.Serialize(new SampleResult(exitCode, output.ToString(), error.ToString())));
            answers.Flush();
        }

        return 0;
    }

    private async Task<SampleResult> Ask(Request request)
    {
        await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(request));
        await _process.StandardInput.FlushAsync();
        return await _process.StandardOutput.ReadLineAsync() is { } answer
            ? JsonSerializer.Deserialize<SampleResult>(answer)!
            : throw new InvalidOperationException($"The program ended its process with {string.Join(' ', request.Arguments)}:\n{await _errors}");
    }

    private sealed record Request(string Folder, string[] Arguments);
}
