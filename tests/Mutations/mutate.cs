// Puts each fault of faults/*.txt into a copy of this repository, alone, and runs the tests that must notice it.
//
//   dotnet run tests/Mutations/mutate.cs                     every fault
//   dotnet run tests/Mutations/mutate.cs -- Tensors Trainer  those of a list, or whose name holds a word
//   dotnet run tests/Mutations/mutate.cs -- --resume         not those that an earlier run has settled
//   dotnet run tests/Mutations/mutate.cs -- --list           names them and checks that their texts are in the files
//
// Exit code: 0 if the tests notice all, 1 if a fault survives, 2 if a list is wrong. faults/README.md describes the lists.

using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

var words = args.Where(word => !word.StartsWith("--", StringComparison.Ordinal)).ToArray();
bool resume = args.Contains("--resume"), list = args.Contains("--list");
if (args.FirstOrDefault(word => word.StartsWith("--", StringComparison.Ordinal) && word is not ("--resume" or "--list")) is { } unknown)
{
    return Fail([$"{unknown}: there are --resume and --list; words choose faults."]);
}

string root = Path.GetFullPath(Path.Combine(Here(), "../.."));
string work = Path.Combine(root, "artifacts/mutations");
string settledFile = Path.Combine(work, "settled.txt"), passingFile = Path.Combine(work, "passing.txt");

List<string> mistakes = [];
var all = Fault.ReadAll(Path.Combine(Here(), "faults"), mistakes);
var chosen = all.Where(fault => words.Length == 0 || words.Any(word => fault.List == word || fault.Name.Contains(word, StringComparison.Ordinal))).ToList();
foreach (var fault in chosen)
{
    fault.Apply(root, mistakes);
}

if (mistakes.Count > 0)
{
    return Fail(mistakes);
}

if (list)
{
    chosen.ForEach(fault => Console.WriteLine($"{fault.List,-12} {fault.Name}"));
    Console.WriteLine($"{chosen.Count} faults.");
    return 0;
}

var settled = File.Exists(settledFile) ? File.ReadAllLines(settledFile).ToHashSet() : [];
int settledBefore = resume ? chosen.RemoveAll(fault => settled.Contains(fault.Key)) : 0;
var copy = new Copy(root, Path.Combine(work, "copy"));
if (copy.Refresh())
{
    File.Delete(passingFile);
}

if (copy.Build(chosen.SelectMany(fault => fault.Sights).Select(sight => sight.Project).Distinct()) is { } broken)
{
    return Fail([broken]);
}

File.WriteAllLines(settledFile, settled.Except(chosen.Select(fault => fault.Key)));
var watch = Stopwatch.StartNew();
Dictionary<string, string?> withoutFault = File.Exists(passingFile) ? File.ReadAllLines(passingFile).ToDictionary(sight => sight, _ => (string?)null) : [];
List<Fault> survivors = [];
int seen = 0, equivalent = 0;
foreach (var fault in chosen)
{
    var start = watch.Elapsed;
    // A test that fails anyway, or a filter that finds no test, would notice nothing: the library compiled in the same way, without the fault.
    foreach (var sight in fault.Sights)
    {
        if (!withoutFault.TryGetValue(sight.ToString(), out string? trouble))
        {
            copy.Compile(fault.File, File.ReadAllText(Path.Combine(copy.Folder, fault.File)), [sight]);
            var run = copy.Run(sight, fault.File);
            trouble = run.Passed ? run.Tests > 0 ? null : "runs no test" : $"fails without a fault, in {run.FirstFailure}";
            withoutFault.Add(sight.ToString(), trouble);
            File.AppendAllLines(passingFile, trouble is null ? [sight.ToString()] : []);
        }

        if (trouble is not null)
        {
            mistakes.Add($"{fault.Name}: {sight} {trouble}.");
        }
    }

    if (mistakes.Count == 0 && copy.Compile(fault.File, fault.Apply(copy.Folder, mistakes), fault.Sights) is { } error)
    {
        mistakes.Add($"{fault.Name}: does not compile: {error}");
    }

    if (mistakes.Count > 0)
    {
        mistakes.ForEach(Console.WriteLine);
        survivors.Add(fault);
        mistakes.Clear();
        continue;
    }

    var runs = fault.Sights.Select(sight => copy.Run(sight, fault.File)).ToList();
    bool isSeen = runs.TrueForAll(run => !run.Passed);
    bool isAsSaid = isSeen == (fault.Same is null);
    string outcome = (isSeen, fault.Same) switch
    {
        (true, null) => $"seen by {runs[0].FirstFailure}",
        (true, _) => $"seen by {runs[0].FirstFailure}, though it is said to be the same",
        (false, { } why) => $"the same: {why}",
        _ => $"SURVIVES {string.Join(", ", fault.Sights.Zip(runs).Where(pair => pair.Second.Passed).Select(pair => pair.First))}",
    };
    Console.WriteLine($"{(watch.Elapsed - start).TotalSeconds,5:F1} s  {fault.Name}: {outcome}");
    seen += isSeen ? 1 : 0;
    equivalent += isSeen ? 0 : 1;
    if (isAsSaid)
    {
        File.AppendAllLines(settledFile, [fault.Key]);
    }
    else
    {
        survivors.Add(fault);
    }
}

equivalent -= survivors.Count(fault => fault.Same is null);
Console.WriteLine();
survivors.ForEach(fault => Console.WriteLine($"Left: {fault.List}: {fault.Name}"));
Console.WriteLine($"{chosen.Count} faults in {watch.Elapsed.TotalMinutes:F0} min: {seen} seen, {Math.Max(0, equivalent)} the same as without, {survivors.Count} left."
    + (settledBefore > 0 ? $" {settledBefore} were settled before." : ""));
return survivors.Count == 0 ? 0 : 1;

static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

static int Fail(IEnumerable<string> messages)
{
    foreach (string message in messages)
    {
        Console.Error.WriteLine(message);
    }

    return 2;
}

/// <summary>A test project and what of it must notice a fault: arguments of its runner.</summary>
internal sealed record Sight(string Project, string Filter)
{
    public override string ToString() => $"{Project} {Filter}";
}

/// <summary>How the tests of a <see cref="Sight"/> went.</summary>
internal sealed record TestRun(bool Passed, int Tests, string FirstFailure);

/// <summary>A fault: a text of a file, and what stands there instead.</summary>
internal sealed class Fault
{
    private readonly List<string> _before = [];
    private readonly List<string> _after = [];

    public required string List { get; init; }

    public required string Name { get; init; }

    public string File { get; private set; } = "";

    public List<Sight> Sights { get; } = [];

    /// <summary>Why no test can notice it; null where one must.</summary>
    public string? Same { get; private set; }

    /// <summary>What an earlier run has settled: this fault, as it is written.</summary>
    public string Key => string.Join(" | ", [Name, File, .. _before, "->", .. _after, .. Sights.Select(sight => sight.ToString())]);

    public static List<Fault> ReadAll(string folder, List<string> mistakes)
    {
        List<Fault> faults = [];
        foreach (string path in Directory.GetFiles(folder, "*.txt").Order(StringComparer.Ordinal))
        {
            Fault? fault = null;
            string file = Path.GetFileNameWithoutExtension(path);
            foreach (string line in System.IO.File.ReadAllLines(path))
            {
                if (line.Length == 0)
                {
                    fault = null;
                }
                else if (fault is null)
                {
                    if (line[0] != '#')
                    {
                        faults.Add(fault = new Fault { List = file, Name = line });
                    }
                }
                else if (!fault.Read(line))
                {
                    mistakes.Add($"{file}, {fault.Name}: unknown line '{line}'.");
                }
            }
        }

        mistakes.AddRange(faults.Where(fault => fault.File.Length == 0 || fault._before.Count == 0 || fault.Sights.Count == 0).Select(fault => $"{fault.List}, {fault.Name}: needs 'in', '-' and 'seen'."));
        mistakes.AddRange(faults.CountBy(fault => fault.Name).Where(name => name.Value > 1).Select(name => $"{name.Key}: is there {name.Value} times."));
        return faults;
    }

    /// <summary>The file's text with the fault put in.</summary>
    public string Apply(string root, List<string> mistakes)
    {
        string path = Path.Combine(root, File);
        string text = System.IO.File.Exists(path) ? System.IO.File.ReadAllText(path) : "";
        var found = Regex.Matches(text, string.Join(@"\s*\n\s*", _before.Select(Regex.Escape)));
        if (found.Count != 1)
        {
            mistakes.Add($"{List}, {Name}: its text is in {File} {found.Count} times, not once.");
            return text;
        }

        return text[..found[0].Index] + string.Join('\n', _after) + text[(found[0].Index + found[0].Length)..];
    }

    private bool Read(string line)
    {
        int space = line.IndexOf(' ');
        string value = space < 0 ? "" : line[(space + 1)..].Trim();
        switch (space < 0 ? line : line[..space])
        {
            case "in":
                File = value;
                break;
            case "-":
                _before.Add(value);
                break;
            case "+":
                _after.Add(value);
                break;
            case "seen":
                string[] parts = value.Split(' ', 2);
                Sights.Add(new Sight(parts[0], parts.Length > 1 ? parts[1] : ""));
                break;
            case "same":
                Same = value;
                break;
            default:
                return false;
        }

        return true;
    }
}

/// <summary>A copy of the repository's files, built once; then only the library with the fault is compiled, by the compiler's own command line.</summary>
internal sealed partial class Copy(string root, string folder)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly Dictionary<string, string[]> _compilerArguments = [];
    private readonly string _mutant = Path.Combine(folder, "..", "mutant");

    public string Folder => folder;

    /// <summary>Brings it up to date with the working tree. True if anything was changed.</summary>
    public bool Refresh()
    {
        bool isChanged = false;
        var (_, names) = Execute("git", ["ls-files", "-coz", "--exclude-standard"], root);
        var files = names.Split('\0', StringSplitOptions.RemoveEmptyEntries).Where(name => File.Exists(Path.Combine(root, name))).ToHashSet();
        string listFile = Path.Combine(folder, "..", "files.txt");
        foreach (string gone in File.Exists(listFile) ? File.ReadAllLines(listFile).Except(files) : [])
        {
            File.Delete(Path.Combine(folder, gone));
            isChanged = true;
        }

        foreach (string name in files)
        {
            string source = Path.Combine(root, name), target = Path.Combine(folder, name);
            if (!File.Exists(target) || !File.ReadAllBytes(source).AsSpan().SequenceEqual(File.ReadAllBytes(target)))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(source, target, overwrite: true);
                File.SetLastWriteTimeUtc(target, DateTime.UtcNow);
                isChanged = true;
            }
        }

        File.WriteAllLines(listFile, files);
        Directory.CreateDirectory(_mutant);
        return isChanged;
    }

    /// <summary>Builds test projects. Null, or what is wrong with one.</summary>
    public string? Build(IEnumerable<string> testProjects)
    {
        foreach (string project in testProjects)
        {
            Console.WriteLine($"Building {project}.");
            var (exit, output) = Execute("dotnet", ["build", "-c", "Release", "-nologo", "-v", "quiet", "-p:RunAnalyzers=false", Path.Combine("tests", project)], folder);
            if (exit != 0)
            {
                return output;
            }
        }

        return null;
    }

    /// <summary>Compiles the libraries that hold a file, with another text for it. Null, or the first error.</summary>
    public string? Compile(string file, string text, IEnumerable<Sight> sights)
    {
        string changed = Path.Combine(_mutant, Path.GetFileName(file)), response = Path.Combine(_mutant, "csc.rsp");
        File.WriteAllText(changed, text);
        foreach (string project in sights.SelectMany(sight => ProjectsOf(file, sight)).Distinct())
        {
            string original = Original(file, project);
            File.WriteAllLines(response, Arguments(project).Where(argument => !Dropped().IsMatch(argument)).Select(argument => argument == original ? changed : argument)
                .Append($"/out:{Path.Combine(_mutant, AssemblyOf(project))}").Append("/warnaserror-").Append("/skipanalyzers+")
                .Select(argument => $"\"{argument.Replace("\"", "")}\""));
            var (exit, output) = Execute("dotnet", [Compiler(), "/shared", "/noconfig", $"@{response}"], Path.GetDirectoryName(project)!);
            if (exit != 0)
            {
                return output.Split('\n').FirstOrDefault(line => line.Contains("error", StringComparison.Ordinal)) ?? output;
            }
        }

        return null;
    }

    /// <summary>Runs tests, with the libraries of a file exchanged for what was compiled last.</summary>
    public TestRun Run(Sight sight, string file)
    {
        string tests = TestsOf(sight);
        string program = Directory.GetFiles(tests, "*.Tests.runtimeconfig.json").Single().Replace(".runtimeconfig.json", ".dll", StringComparison.Ordinal);
        Dictionary<string, byte[]> originals = ProjectsOf(file, sight).Select(project => Path.Combine(tests, AssemblyOf(project))).ToDictionary(library => library, File.ReadAllBytes);
        try
        {
            foreach (string library in originals.Keys)
            {
                File.Copy(Path.Combine(_mutant, Path.GetFileName(library)), library, overwrite: true);
            }

            var (exit, output) = Execute("dotnet", [program, "-stopOnFail", "-noLogo", "-noColor", .. sight.Filter.Split(' ', StringSplitOptions.RemoveEmptyEntries)], tests);
            var total = Total().Match(output);
            int ran = total.Success ? int.Parse(total.Groups[1].Value) - int.Parse(total.Groups[2].Value) : 0;
            string failure = Failure().Match(output) is { Success: true } match ? match.Groups[1].Value.Trim() : exit == TimedOut ? "its time" : $"exit code {exit}";
            return new TestRun(exit == 0, ran, failure);
        }
        finally
        {
            foreach (var (library, original) in originals)
            {
                File.WriteAllBytes(library, original);
            }
        }
    }

    public string ProjectOf(string file)
    {
        string? at = Path.GetDirectoryName(Path.Combine(folder, file));
        while (at is not null)
        {
            if (Directory.GetFiles(at, "*.csproj") is [string project])
            {
                return project;
            }

            at = Path.GetDirectoryName(at);
        }

        throw new InvalidOperationException($"{file} belongs to no project.");
    }

    private const int TimedOut = -1;

    [GeneratedRegex(@"Total: (\d+).*Skipped: (\d+)")]
    private static partial Regex Total();

    [GeneratedRegex(@"^\s*(\S.*) \[FAIL\]", RegexOptions.Multiline)]
    private static partial Regex Failure();

    // What would write more files, or elsewhere.
    [GeneratedRegex("^/(out|refout|doc|pdb|errorlog|analyzerconfig|embed|debug|warnaserror)[:+-]")]
    private static partial Regex Dropped();

    // The libraries of a test project that are made of a file: its own, and those that compile it once more, as Quern.Ilgpu does the kernels.
    private IEnumerable<string> ProjectsOf(string file, Sight sight)
    {
        string own = ProjectOf(file), tests = TestsOf(sight);
        return Directory.GetFiles(Path.Combine(folder, "src"), "*.csproj", SearchOption.AllDirectories).Append(own).Distinct().Where(project =>
            File.Exists(Path.Combine(tests, AssemblyOf(project)))
            && (project == own || (File.ReadAllText(project).Contains("<Compile Include=\"../", StringComparison.Ordinal) && Arguments(project).Contains(Original(file, project)))));
    }

    private string TestsOf(Sight sight) => Path.Combine(folder, "tests", sight.Project, "bin/Release/net10.0");

    private string Original(string file, string project) => Path.GetRelativePath(Path.GetDirectoryName(project)!, Path.Combine(folder, file));

    private string[] Arguments(string project) =>
        _compilerArguments.TryGetValue(project, out string[]? arguments) ? arguments : _compilerArguments[project] = CompilerArguments(project);

    private static string AssemblyOf(string project) => Path.GetFileNameWithoutExtension(project) + ".dll";

    private string Compiler()
    {
        string sdk = Execute("dotnet", ["--version"], folder).Output.Trim();
        string runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        return Path.GetFullPath(Path.Combine(runtime, "../../../sdk", sdk, "Roslyn/bincore/csc.dll"));
    }

    private string[] CompilerArguments(string project)
    {
        var (exit, output) = Execute(
            "dotnet",
            ["msbuild", project, "-nologo", "-t:ResolveReferences;PrepareResources;Compile", "-p:Configuration=Release", "-p:BuildProjectReferences=false", "-p:SkipCompilerExecution=true",
                "-p:ProvideCommandLineArgs=true", "-p:NonExistentFile=__NonExistent__", "-getItem:CscCommandLineArgs"],
            folder);
        if (exit != 0)
        {
            throw new InvalidOperationException(output);
        }

        using var json = JsonDocument.Parse(output);
        return [.. json.RootElement.GetProperty("Items").GetProperty("CscCommandLineArgs").EnumerateArray().Select(item => item.GetProperty("Identity").GetString()!)];
    }

    private (int Exit, string Output) Execute(string command, string[] arguments, string workingFolder)
    {
        ProcessStartInfo start = new(command, arguments) { WorkingDirectory = workingFolder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["QUERN_CACHE"] = Path.GetFullPath(Path.Combine(folder, "../cache"));
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        using var process = Process.Start(start)!;
        StringBuilder output = new();
        process.OutputDataReceived += (_, line) => Add(line.Data);
        process.ErrorDataReceived += (_, line) => Add(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            return (TimedOut, output.ToString());
        }

        process.WaitForExit();
        return (process.ExitCode, output.ToString());

        void Add(string? line)
        {
            lock (output)
            {
                output.AppendLine(line);
            }
        }
    }
}
