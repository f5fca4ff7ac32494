using System.Security.Cryptography;

namespace Quern.Mnist.Data;

/// <summary>The images to train on, the images to validate on, and where they came from.</summary>
/// <param name="Name">The dataset's name as the command line writes it (mnist, fashion-mnist, synthetic), or "custom".</param>
/// <param name="Train">The training images.</param>
/// <param name="Validation">The validation images (the t10k files); of the same size as the training images.</param>
/// <param name="IsVerified">Whether the data are byte for byte those of <paramref name="Name"/>.</param>
/// <param name="Origin">Plain sentences for the user: where the data came from and, if they are a substitute, how to get the real ones.</param>
public sealed record DataSplits(string Name, Dataset Train, Dataset Validation, bool IsVerified, string Origin)
{
    /// <summary>The folder of the user's that they were read from, as a full path; null where they were downloaded or drawn.</summary>
    public string? Directory { get; init; }

    /// <summary>Whether rows and columns of the images in <see cref="Directory"/> were exchanged.</summary>
    public bool TransposeImages { get; init; }

    /// <summary>What was taken for the ink of the pictures in <see cref="Directory"/>.</summary>
    public Ink Ink { get; init; }

    /// <summary>Plain sentences for the user: where the data came from and, if they are a substitute, how to get the real ones.</summary>
    public string Origin { get; init => field = PrintableText.OnOneLine(value); } = PrintableText.OnOneLine(Origin);

    /// <summary>SHA-256 of all images, as hexadecimal digits: what tells whether two runs saw the same data. Computed anew at each call.</summary>
    public string ImageHash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Train.Images);
        hash.AppendData(Validation.Images);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
