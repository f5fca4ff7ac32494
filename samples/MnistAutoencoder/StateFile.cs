namespace Quern.MnistAutoencoder;

/// <summary>Reads a file that the user named.</summary>
internal static class StateFile
{
    /// <summary>Reads it, or says which option named a file that cannot be opened.</summary>
    /// <exception cref="BadInputException">There is no such file, or it cannot be opened.</exception>
    public static T Read<T>(string option, string path, Func<string, T> read)
    {
        try
        {
            return read(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{option}: '{path}' cannot be opened: {error.Message}");
        }
    }
}
