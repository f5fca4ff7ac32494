using System.Diagnostics;

namespace Quern.MnistAutoencoder.Tests;

/// <summary>What is shown never decides over what is trained: every exit, on every broken console.</summary>
public sealed class ConsoleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Consoles => ["> /dev/full", ">&-", "2> /dev/full", "2>&-", "> /dev/full 2> /dev/full", ">&- 2>&-", "2>&1 | head -c 0"];

    [Theory]
    [MemberData(nameof(Consoles))]
    public async Task A_run_on_a_broken_console_ends_as_on_any_other(string console)
    {
        SkipWithoutFullDevice();
        _folder.WriteData();

        Assert.Equal(0, await ExitCode("--data data --epochs 2 --out done", console));
        Assert.Equal(2, await ExitCode("--data data --epochs none --out bad", console));
        Assert.Equal(1, await ExitCode("--data data --lr 1e30 --out diverged", console));
        Assert.Equal(0, await ExitCode("--help", console));
        Assert.Equal(0, await ExitCode("devices", console));
        Assert.Equal(0, await ExitCode("encode --model done --out codes.csv", console));
        Assert.Equal(0, await ExitCode("decode --model done --codes codes.csv --out decoded.png", console));
        Assert.Equal(0, await ExitCode("reconstruct --model done --out pairs.png", console));

        Assert.Equal(8, Directory.GetFileSystemEntries(_folder["done"]).Length);
        Assert.False(Directory.Exists(_folder["bad"]) || Directory.Exists(_folder["diverged"]));
        Assert.All((string[])["codes.csv", "decoded.png", "pairs.png"], file => Assert.True(File.Exists(_folder[file])));
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    [InlineData("HUP", 129)]
    public async Task A_run_that_is_stopped_on_a_broken_console_writes_its_files(string signal, int exitCode)
    {
        SkipWithoutFullDevice();
        _folder.WriteData();
        using var shell = Process.Start(Shell($"exec env --default-signal=INT --default-signal=HUP {Sample.Host} {Sample.Program} --data data --epochs 100000 --out out > /dev/full 2>&-"))!;
        await FirstCheckpoint(shell);

        await Sample.Signal(shell, signal);
        await Sample.WaitForExit(shell);

        Assert.Equal(exitCode, shell.ExitCode);
        Assert.True(File.Exists(_folder["out/report.html"]));
        Assert.True(File.Exists(_folder["out/model.safetensors"]));
    }

    [Theory]
    [InlineData("kill -HUP $run", 2000, 129)] // as an interactive shell passes the hang-up on: the program stops
    [InlineData("kill -HUP $run; kill -HUP $run", 2000, 129)] // as the shell and the kernel both do: it still writes its files
    [InlineData("", 80, 0)] // as nohup: the program goes on, and whatever it says fails with EIO
    public async Task A_run_whose_terminal_closes_writes_its_files(string atHangUp, int epochs, int exitCode)
    {
        SkipWithoutTerminals();
        _folder.WriteData();
        File.WriteAllText(
            _folder["in-terminal"],
            $"""
            trap '{atHangUp}' HUP
            {Sample.Host} {Sample.Program} --data data --epochs {epochs} --out out & run=$!
            wait $run; code=$?
            while kill -0 $run 2>&-; do wait $run; code=$?; done
            echo $code >&3

            """);

        // The third stream outlives the terminal, and ends when the last of its processes does. A shell that is started to ignore hang-ups, as by nohup, can do nothing else.
        var start = Shell("exec 3>&2; exec env --default-signal=HUP script -q -c 'sh in-terminal' /dev/null >/dev/null 2>&1 </dev/null");
        start.RedirectStandardError = true;
        start.Environment["TERM"] = "xterm";
        start.Environment["SHELL"] = "/bin/sh"; // script(1) runs it
        using var terminal = Process.Start(start)!;
        var code = terminal.StandardError.ReadToEndAsync();
        await FirstCheckpoint(terminal);

        terminal.Kill();

        Assert.Equal($"{exitCode}\n", await code.WaitAsync(TimeSpan.FromMinutes(3)));
        Assert.Equal(8, Directory.GetFileSystemEntries(_folder["out"]).Length);
    }

    private static void SkipWithoutTerminals() =>
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/script"), "There is no script(1), which gives a program a terminal.");

    // Without a word from the program, its first checkpoint tells that an epoch has ended.
    private async Task FirstCheckpoint(Process shell)
    {
        using var watcher = new FileSystemWatcher(_folder.Path) { IncludeSubdirectories = true };
        var seen = new TaskCompletionSource();
        watcher.Renamed += (_, change) =>
        {
            if (change.Name!.EndsWith("checkpoint.safetensors", StringComparison.Ordinal))
            {
                seen.TrySetResult();
            }
        };
        watcher.EnableRaisingEvents = true;
        if (!File.Exists(_folder["out/checkpoint.safetensors"]))
        {
            await Task.WhenAny(seen.Task, shell.WaitForExitAsync());
        }

        Assert.False(shell.HasExited);
    }

    private static void SkipWithoutFullDevice() => Assert.SkipUnless(File.Exists("/dev/full"), "There is no /dev/full.");

    private async Task<int> ExitCode(string arguments, string console)
    {
        // Of what is in a pipe the shell would tell the last exit code.
        string redirection = console.Split('|')[0], reader = console[redirection.Length..];
        using var shell = Process.Start(Shell($"exec > /dev/null 2>&1; {{ {Sample.Host} {Sample.Program} {arguments} {redirection}; echo $? > exit-code; }} {reader}"))!;
        await Sample.WaitForExit(shell);
        return int.Parse(await File.ReadAllTextAsync(_folder["exit-code"]));
    }

    private ProcessStartInfo Shell(string command) => new("/bin/sh", ["-c", command]) { WorkingDirectory = _folder.Path };
}
