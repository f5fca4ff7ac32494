using System.Globalization;
using Quern.Mnist.Report;

namespace Quern.MnistAutoencoder;

/// <summary>Where the results go. Nothing is made, and nothing taken away, before there are any.</summary>
internal sealed class OutputFolder
{
    private const string Remedy = "Give another with --out DIR.";

    private readonly bool _replaces;
    private readonly Dictionary<string, UnixFileMode> _permissions = [];
    private bool _isBegun;

    private OutputFolder(string path, bool replaces)
    {
        Path = path;
        _replaces = replaces;
    }

    public string Path { get; }

    /// <summary>The folder asked for, or a new one in <c>runs</c>.</summary>
    /// <param name="options">The options.</param>
    /// <param name="dataset">What a new folder is named after.</param>
    public static OutputFolder Choose(TrainOptions options, string dataset)
    {
        if (options.Out is not null)
        {
            return new(options.Out, replaces: options.Overwrite && !IsOwn(options));
        }

        string name = System.IO.Path.Combine("runs", $"{dataset}-{DateTime.Now.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}");
        string folder = name;
        for (int i = 2; System.IO.Path.Exists(folder); i++)
        {
            folder = $"{name}-{i}";
        }

        return new(folder, replaces: false);
    }

    /// <summary>Finds out before the training whether the results can be written, and leaves no trace of it.</summary>
    /// <exception cref="BadInputException">They cannot, or there is another run already.</exception>
    public static void Check(TrainOptions options)
    {
        string folder = options.Out ?? "runs";
        CheckWritable(folder);
        if (options.Out is null || !Directory.Exists(folder))
        {
            return;
        }

        foreach (string file in RunFiles.Names.Select(name => System.IO.Path.Combine(folder, name)))
        {
            if (Directory.Exists(file))
            {
                throw new BadInputException($"--out: '{file}' is a folder, and a file of this name is to be written. {Remedy}");
            }

            if (new FileInfo(file).LinkTarget is not null)
            {
                CheckWritable(System.IO.Path.GetDirectoryName(ResolveLink(file))!);
            }
        }

        string[] there = [.. RunFiles.Names.Where(name => File.Exists(System.IO.Path.Combine(folder, name)))];
        if (there.Length > 0 && !options.Overwrite && !IsOwn(options))
        {
            throw new BadInputException($"--out: '{folder}' holds another run ({string.Join(", ", there)}). Give another folder, or --overwrite to replace that run.");
        }
    }

    /// <summary>To be called before anything is written: takes away the files of the run that is replaced, so that two runs never mix.</summary>
    public void Begin()
    {
        if (_isBegun)
        {
            return;
        }

        _isBegun = true;
        foreach (string file in _replaces ? RunFiles.Names.Select(name => ResolveLink(System.IO.Path.Combine(Path, name))).Where(File.Exists).Concat(SummaryWriter.FilesIn(Path)) : [])
        {
            if (!OperatingSystem.IsWindows())
            {
                _permissions.Add(file, File.GetUnixFileMode(file));
            }

            File.Delete(file);
        }
    }

    /// <summary>To be called after files were written: those that replaced others get their permissions.</summary>
    public void KeepPermissions()
    {
        foreach (var (file, permissions) in _permissions.Where(known => File.Exists(known.Key)))
        {
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(file, permissions);
            }
        }
    }

    // Whether the folder is that of the run that goes on.
    private static bool IsOwn(TrainOptions options) =>
        options.Resume is { } checkpoint
        && System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(options.Out!)) == System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(checkpoint.Path));

    private static string ResolveLink(string file)
    {
        FileInfo info = new(file);
        return info.LinkTarget is null ? info.FullName : info.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
    }

    // The only test of rights, and of names, that holds on every file system is to make the folder and a file in it.
    private static void CheckWritable(string folder)
    {
        string full = System.IO.Path.GetFullPath(folder);
        Stack<string> made = [];
        for (string? part = full; part is not null && !Directory.Exists(part); part = System.IO.Path.GetDirectoryName(part))
        {
            if (File.Exists(part))
            {
                throw new BadInputException($"The folder '{folder}' cannot be made: '{part}' is a file. {Remedy}");
            }

            made.Push(part);
        }

        string[] missing = [.. made];
        try
        {
            foreach (string part in missing)
            {
                Directory.CreateDirectory(part);
            }

            string probe = System.IO.Path.Combine(full, $".quern-{Guid.NewGuid():N}.tmp");
            using (new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose))
            {
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"The folder '{folder}' cannot be written: {error.Message} {Remedy}");
        }
        finally
        {
            foreach (string part in missing.Reverse().Where(Directory.Exists))
            {
                try
                {
                    Directory.Delete(part);
                }
                catch (IOException)
                {
                    // Another process has put something there.
                }
            }
        }
    }
}
