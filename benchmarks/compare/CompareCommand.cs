using System.CommandLine;
using Quern.Benchmarks.Compare.Peers;
using Quern.Benchmarks.Compare.Sections;
using Quern.Mnist.Data;

namespace Quern.Benchmarks.Compare;

/// <summary>The command line: which sections, how often, with which data.</summary>
internal static class CompareCommand
{
    // Sections with their share of the time.
    private static readonly Dictionary<string, (Action<Comparison> Run, int Share)> Known = new()
    {
        ["matmul"] = (MatMulSection.Run, 2),
        ["products"] = (ProductsSection.Run, 2),
        ["tensor"] = (TensorSection.Run, 4),
        ["epoch"] = (EpochSection.Run, 4),
        ["conv-epoch"] = (EpochSection.RunConvolutions, 4),
        ["opencl"] = (OpenClSection.Run, 2),
        ["inference"] = (InferenceSection.Run, 1),
        ["scaling"] = (ScalingSection.Run, 2),
        ["process"] = (ProcessSection.Run, 2),
    };

    private static readonly Option<string> SectionsOption = new("--sections")
    {
        Description = $"Which of {string.Join(", ", Known.Keys)}, with commas between, or all.",
        DefaultValueFactory = _ => "matmul,products,epoch,opencl",
    };

    private static readonly Option<int> RepeatsOption = new("--repeats")
    {
        Description = "How many rounds, as far as the time allows.",
        DefaultValueFactory = _ => 9,
    };

    private static readonly Option<double> MinutesOption = new("--minutes")
    {
        Description = "How long to measure altogether. Every contestant has at least one turn.",
        DefaultValueFactory = _ => 5,
    };

    private static readonly Option<string?> DataOption = new("--data")
    {
        Description = "A folder with the four IDX files of MNIST. Left out: synthetic digits.",
    };

    private static readonly Option<int> BatchSizeOption = new("--batch-size")
    {
        Description = "Images per training step, in the sections products, epoch and conv-epoch.",
        DefaultValueFactory = _ => 128,
    };

    private static readonly Option<int> ThreadsOption = new("--threads")
    {
        Description = "The number to compare with one thread.",
        DefaultValueFactory = _ => Environment.ProcessorCount,
    };

    private static readonly Option<string> PythonOption = new("--python")
    {
        Description = "The Python that has PyTorch.",
        DefaultValueFactory = _ => File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3",
    };

    private static readonly Option<string> TorchSharpOption = new("--torchsharp")
    {
        Description = "The built program of benchmarks/torchsharp, for the section tensor.",
        DefaultValueFactory = _ => BesideThis("torchsharp", "Quern.Compare.TorchSharp.dll"),
    };

    private static readonly Option<int> OpenClOption = new("--opencl")
    {
        Description = "The number of the OpenCL device.",
        DefaultValueFactory = _ => 0,
    };

    private static readonly Option<string?> CoreTypeOption = new("--core-type")
    {
        Description = "OpenBLAS's core type, such as Haswell. Left out: the one it chooses itself.",
    };

    private static readonly Option<bool> Avx2Option = new("--avx2")
    {
        Description = "Without AVX-512: Quern's 256-bit tier against OpenBLAS's core type Haswell.",
    };

    public static int Run(string[] args)
    {
        Option[] options = [SectionsOption, RepeatsOption, MinutesOption, DataOption, BatchSizeOption, ThreadsOption, PythonOption, TorchSharpOption, OpenClOption, CoreTypeOption, Avx2Option];
        var root = new RootCommand("Runs Quern, OpenBLAS, PyTorch, TorchSharp, ONNX Runtime and CLBlast in turns, and prints how they compare.");
        foreach (Option option in options)
        {
            option.Recursive = true;
            root.Add(option);
        }

        var firstBatch = new Command("first-batch", "Trains one batch and prints the seconds since this process started.");
        firstBatch.SetAction(parsed => FirstBatch.Run(Read(parsed)));
        root.Add(firstBatch);
        root.SetAction(parsed => Compare(Read(parsed), args));
        ParseResult parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            return Refuse(parsed.Errors[0].Message);
        }

        try
        {
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (DatasetException error)
        {
            return Refuse(error.Message);
        }
    }

    private static CompareOptions Read(ParseResult parsed)
    {
        string sections = parsed.GetValue(SectionsOption)!;
        bool avx2 = parsed.GetValue(Avx2Option);
        return new(
            sections == "all" ? [.. Known.Keys] : sections.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            Math.Max(1, parsed.GetValue(RepeatsOption)),
            parsed.GetValue(MinutesOption),
            parsed.GetValue(DataOption),
            Math.Max(1, parsed.GetValue(BatchSizeOption)),
            Math.Max(1, parsed.GetValue(ThreadsOption)),
            parsed.GetValue(PythonOption)!,
            parsed.GetValue(TorchSharpOption)!,
            parsed.GetValue(OpenClOption),
            parsed.GetValue(CoreTypeOption) ?? (avx2 ? "Haswell" : null),
            avx2);
    }

    private static int Compare(CompareOptions options, string[] args)
    {
        if (options.Sections.FirstOrDefault(name => !Known.ContainsKey(name)) is { } unknown)
        {
            return Refuse($"--sections: there is no '{unknown}'. Choose from {string.Join(", ", Known.Keys)}, all.");
        }

        if (CleanEnvironment.RunAgain(options, args) is { } exitCodeOfChild)
        {
            return exitCodeOfChild;
        }

        int exitCode = 0;

        using var comparison = new Comparison(options);
        comparison.Say(MachineDescription.Of(options));
        int sharesLeft = options.Sections.Sum(name => Known[name].Share);
        TimeSpan timeLeft = TimeSpan.FromMinutes(options.Minutes);
        foreach (string name in options.Sections)
        {
            comparison.StartSection(timeLeft * Known[name].Share / sharesLeft);
            try
            {
                Known[name].Run(comparison);
            }
            catch (PeerException error)
            {
                Console.Error.WriteLine($"error: the section {name} was not finished. {error.Message}");
                exitCode = 1;
            }

            timeLeft -= comparison.SectionTime;
            timeLeft = timeLeft < TimeSpan.Zero ? TimeSpan.Zero : timeLeft;
            sharesLeft -= Known[name].Share;
        }

        return exitCode;
    }

    // A project of this folder, built with the same configuration and framework.
    private static string BesideThis(string folder, string file)
    {
        string framework = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        string configuration = Path.GetDirectoryName(framework)!;
        return Path.GetFullPath(Path.Combine(
            configuration, "..", "..", "..", folder, "bin", Path.GetFileName(configuration), Path.GetFileName(framework), file));
    }

    private static int Refuse(string message)
    {
        Console.Error.WriteLine($"error: {message}");
        return 2;
    }
}
