namespace Quern.Mnist.Data;

/// <summary>A published dataset of four IDX files: where it is found and how it is recognised.</summary>
/// <param name="Name">The name on the command line.</param>
/// <param name="Title">The name in sentences.</param>
/// <param name="Files">Training images, training labels, validation images, validation labels.</param>
/// <param name="Mirrors">Addresses that end with a slash; a file is fetched from the first that gives it whole.</param>
public sealed record KnownDataset(string Name, string Title, IReadOnlyList<KnownFile> Files, IReadOnlyList<Uri> Mirrors)
{
    /// <summary>The published names of the four files, in the order of <see cref="Files"/>.</summary>
    internal static readonly string[] FileNames =
        ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"];

    /// <summary>Handwritten digits, by LeCun, Cortes and Burges; CC BY-SA 3.0.</summary>
    public static KnownDataset Mnist { get; } = new(
        "mnist",
        "MNIST",
        [
            new(FileNames[0], 47_040_016, "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
            new(FileNames[1], 60_008, "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
            new(FileNames[2], 7_840_016, "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
            new(FileNames[3], 10_008, "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
        ],
        [
            new("https://ossci-datasets.s3.amazonaws.com/mnist/"),
            new("https://storage.googleapis.com/cvdf-datasets/mnist/"),
        ]);

    /// <summary>Articles of clothing, by Zalando Research; MIT licence.</summary>
    public static KnownDataset FashionMnist { get; } = new(
        "fashion-mnist",
        "Fashion-MNIST",
        [
            // These are the widely published checksums of the compressed files.
            new(FileNames[0], 47_040_016, "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84", IsSha256OfGzip: true),
            new(FileNames[1], 60_008, "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845", IsSha256OfGzip: true),
            new(FileNames[2], 7_840_016, "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073", IsSha256OfGzip: true),
            new(FileNames[3], 10_008, "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5", IsSha256OfGzip: true),
        ],
        [
            new("https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/"),

            // Its publisher serves no HTTPS here; the checksum is what protects the file.
            new("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"),
        ]);

    /// <summary>Every dataset that can be fetched by name.</summary>
    public static IReadOnlyList<KnownDataset> All { get; } = [Mnist, FashionMnist];
}
