using System.Buffers.Binary;

namespace Quern.MnistAutoencoder.Tests;

/// <summary>A folder of the test's own, deleted in the end, and the small IDX files that it may hold.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public static readonly string[] FileNames = ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"];

    public string Path { get; } = Directory.CreateTempSubdirectory("quern-sample-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);

    /// <summary>Writes training images and 40 validation images: bars whose place follows from the label.</summary>
    public string WriteData(int count = 300)
    {
        const string Name = "data";
        Directory.CreateDirectory(this[Name]);
        WriteSplit(Name, FileNames[0], FileNames[1], count);
        WriteSplit(Name, FileNames[2], FileNames[3], 40);
        return this[Name];
    }

    /// <summary>An IDX file: the header for the sizes, then the bytes.</summary>
    public static byte[] Idx(uint[] sizes, byte[] content)
    {
        byte[] file = new byte[4 + (4 * sizes.Length) + content.Length];
        file[2] = 8;
        file[3] = (byte)sizes.Length;
        for (int i = 0; i < sizes.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(4 + (4 * i)), sizes[i]);
        }

        content.CopyTo(file, 4 + (4 * sizes.Length));
        return file;
    }

    private void WriteSplit(string folder, string images, string labels, int count)
    {
        byte[] pixels = new byte[count * 784];
        byte[] classes = new byte[count];
        for (int image = 0; image < count; image++)
        {
            classes[image] = (byte)(image % 10);
            for (int row = 4; row < 24; row++)
            {
                int column = 3 + (2 * classes[image]) + ((image / 10) % 3);
                pixels.AsSpan((image * 784) + (row * 28) + column, 3).Fill(255);
            }
        }

        File.WriteAllBytes(System.IO.Path.Combine(this[folder], images), Idx([(uint)count, 28, 28], pixels));
        File.WriteAllBytes(System.IO.Path.Combine(this[folder], labels), Idx([(uint)count], classes));
    }
}
