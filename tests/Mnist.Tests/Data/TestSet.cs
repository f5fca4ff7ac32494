using System.Security.Cryptography;
using Quern.Mnist.Data;

namespace Quern.Mnist.Tests.Data;

/// <summary>A small dataset of four IDX files, with their published checksums.</summary>
internal static class TestSet
{
    public static readonly byte[][] Contents =
    [
        IdxBytes.Plain([40, 28, 28], SyntheticDigits.Draw(5, 0, 40).Images),
        IdxBytes.Plain([40], SyntheticDigits.Draw(5, 0, 40).Labels),
        IdxBytes.Plain([20, 28, 28], SyntheticDigits.Draw(5, 40, 20).Images),
        IdxBytes.Plain([20], SyntheticDigits.Draw(5, 40, 20).Labels),
    ];

    public static readonly byte[][] Zipped = [.. Contents.Select(c => IdxBytes.Zip(c))];

    public static string[] Names => [.. KnownDataset.Mnist.Files.Select(f => f.Name)];

    public static byte[] ZippedFile(string file) => Zipped[Array.IndexOf(Names, file[..^".gz".Length])];

    /// <summary>The set as a published one.</summary>
    /// <param name="ofGzip">Whether its checksums are those of the compressed files.</param>
    /// <param name="mirrors">Where it is found.</param>
    public static KnownDataset Published(bool ofGzip, params Uri[] mirrors) => new(
        "mnist",
        "Test-MNIST",
        [.. Names.Select((name, i) => new KnownFile(
            name, Contents[i].Length, Convert.ToHexStringLower(SHA256.HashData(ofGzip ? Zipped[i] : Contents[i])), ofGzip))],
        mirrors);
}
