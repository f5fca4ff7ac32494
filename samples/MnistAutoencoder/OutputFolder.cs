using System.Globalization;

namespace Quern.MnistAutoencoder;

/// <summary>Where the results go. Nothing is made before there are any.</summary>
internal static class OutputFolder
{
    /// <summary>The folder asked for, or a new one in <c>runs</c>.</summary>
    public static string Choose(string? asked, string dataset)
    {
        if (asked is not null)
        {
            return asked;
        }

        string name = Path.Combine("runs", $"{dataset}-{DateTime.Now.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}");
        string folder = name;
        for (int i = 2; Path.Exists(folder); i++)
        {
            folder = $"{name}-{i}";
        }

        return folder;
    }

    /// <summary>Finds out before the training whether the folder can be made and written, and leaves no trace of it.</summary>
    /// <exception cref="BadInputException">It cannot.</exception>
    public static void CheckWritable(string folder)
    {
        string existing = Path.GetFullPath(folder);
        while (!Path.Exists(existing))
        {
            existing = Path.GetDirectoryName(existing) ?? throw new BadInputException($"The folder '{folder}' cannot be made: there is no such drive. Give another with --out DIR.");
        }

        if (!Directory.Exists(existing))
        {
            throw new BadInputException($"The folder '{folder}' cannot be made: '{existing}' is a file. Give another with --out DIR.");
        }

        try
        {
            // The only test of rights that holds on every file system is to write.
            string probe = Path.Combine(existing, $".quern-{Guid.NewGuid():N}.tmp");
            using (new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose))
            {
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"The folder '{folder}' cannot be written: no file can be made in '{existing}'. Give another with --out DIR.");
        }
    }
}
