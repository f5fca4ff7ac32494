using System.IO.Compression;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace Quern.Packages.Tests;

/// <summary>What is in the packages.</summary>
[Collection(PackedFeedCollection.Name)]
public class PackageTests(PackedFeed feed)
{
    private static readonly string[] Packages = ["Quern.Ilgpu", "Quern.Kernels", "Quern.Mnist", "Quern.Mpi", "Quern.Nn", "Quern.Onnx", "Quern.Tensors"];

    public static TheoryData<string> EachPackage => new(Packages);

    [Fact]
    public void Seven_packages_with_symbols_come_of_packing_the_solution()
    {
        IEnumerable<string> names = Directory.GetFiles(feed.Path).Select(file => Path.GetFileName(file)!);

        string[] expected = [.. Packages.SelectMany(name => new[] { $"{name}.{Version}.nupkg", $"{name}.{Version}.snupkg" })];
        Assert.Equal(expected.Order(StringComparer.Ordinal), names.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(EachPackage))]
    public void A_package_has_its_library_its_documentation_and_its_readme(string name)
    {
        using ZipArchive package = Open(name, "nupkg");

        Assert.NotNull(package.GetEntry($"lib/net10.0/{name}.dll"));
        Assert.StartsWith($"# {name}\n", ReadText(package, "README.md"), StringComparison.Ordinal);
        XDocument documentation = XDocument.Parse(ReadText(package, $"lib/net10.0/{name}.xml"));
        Assert.NotEmpty(documentation.Descendants("summary"));
    }

    [Theory]
    [MemberData(nameof(EachPackage))]
    public void A_package_says_who_made_it_under_which_licence_and_what_it_needs(string name)
    {
        using ZipArchive package = Open(name, "nupkg");
        XElement metadata = XDocument.Parse(ReadText(package, $"{name}.nuspec")).Root!.Elements().Single(element => element.Name.LocalName == "metadata");

        Assert.Equal(name, Value("id"));
        Assert.Equal("MIT", Value("license"));
        Assert.Equal("README.md", Value("readme"));
        Assert.Equal("icon.png", Value("icon"));
        Assert.Equal((byte[])[0x89, .. "PNG"u8], Read(name, "nupkg", "icon.png").ToArray()[..4]);
        Assert.NotEqual("Package Description", Value("description"));
        Assert.NotEmpty(Value("authors"));
        Assert.NotEmpty(Value("tags"));

        string[] dependencies = [.. metadata.Descendants().Where(element => element.Name.LocalName == "dependency").Select(element => element.Attribute("id")!.Value)];
        string[] expected = name switch
        {
            "Quern.Ilgpu" => ["Quern.Tensors", "ILGPU", "ILGPU.Algorithms"],
            "Quern.Mnist" => ["Quern.Nn", "SixLabors.ImageSharp"],
            "Quern.Mpi" => ["Quern.Nn", "MPI.NET"],
            "Quern.Nn" => ["Quern.Tensors"],
            "Quern.Onnx" => ["Quern.Nn", "Google.Protobuf"],
            "Quern.Tensors" => ["Quern.Kernels"],
            _ => [],
        };
        Assert.Equal(expected, dependencies);

        string Value(string element) => metadata.Elements().Single(child => child.Name.LocalName == element).Value;
    }

    [Theory]
    [MemberData(nameof(EachPackage))]
    public void A_library_is_built_deterministically_and_its_symbols_fit(string name)
    {
        using PEReader library = new(Read(name, "nupkg", $"lib/net10.0/{name}.dll"));
        DebugDirectoryEntry[] entries = [.. library.ReadDebugDirectory()];

        Assert.Contains(entries, entry => entry.Type == DebugDirectoryEntryType.Reproducible);
        using var symbols = System.Reflection.Metadata.MetadataReaderProvider.FromPortablePdbStream(Read(name, "snupkg", $"lib/net10.0/{name}.pdb"));
        Guid id = library.ReadCodeViewDebugDirectoryData(entries.Single(entry => entry.Type == DebugDirectoryEntryType.CodeView)).Guid;
        Assert.Equal(id, new System.Reflection.Metadata.BlobContentId(symbols.GetMetadataReader().DebugMetadataHeader!.Id).Guid);
    }

    [Theory]
    [MemberData(nameof(EachPackage))]
    public void No_package_has_native_or_foreign_code(string name)
    {
        using ZipArchive package = Open(name, "nupkg");

        string[] expected = name == "Quern.Kernels"
            ? ["analyzers/dotnet/cs/Quern.Kernels.Generator.dll", "build/Quern.Kernels.props", "lib/net10.0/Quern.Kernels.dll"]
            : [$"lib/net10.0/{name}.dll"];
        string[] text = [".xml", ".nuspec", ".md", ".png", ".rels", ".psmdcp"];
        Assert.Equal(expected, package.Entries.Select(entry => entry.FullName).Where(file => !text.Contains(Path.GetExtension(file))).Order(StringComparer.Ordinal));
    }

    private static string Version { get; } = XDocument.Load(Path.Combine(Repository.Root, "Directory.Build.props")).Descendants("Version").Single().Value;

    private ZipArchive Open(string name, string extension) => ZipFile.OpenRead(Path.Combine(feed.Path, $"{name}.{Version}.{extension}"));

    private MemoryStream Read(string name, string extension, string file)
    {
        using ZipArchive package = Open(name, extension);
        using Stream stream = package.GetEntry(file)!.Open();
        MemoryStream copy = new();
        stream.CopyTo(copy);
        copy.Position = 0;
        return copy;
    }

    private static string ReadText(ZipArchive package, string file)
    {
        using StreamReader reader = new(package.GetEntry(file)!.Open());
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
