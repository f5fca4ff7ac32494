namespace Quern.Packages.Tests;

/// <summary>
/// The public surface of each library is what its <c>PublicApi.txt</c> says, so that a review shows every change to it. After a
/// change that is meant, run the tests once with <c>QUERN_UPDATE_API=1</c>.
/// </summary>
public class PublicApiTests
{
    public static TheoryData<string> EachLibrary => new(Compiler.Libraries.Select(library => Path.GetFileNameWithoutExtension(library)));

    [Theory]
    [MemberData(nameof(EachLibrary))]
    public void The_public_surface_is_what_its_file_says(string library)
    {
        string room = library["Quern.".Length..];
        string file = Path.Combine(Repository.Root, "src", room, "PublicApi.txt");
        string found = PublicApi.Of(library);
        if (Environment.GetEnvironmentVariable("QUERN_UPDATE_API") == "1")
        {
            File.WriteAllText(file, found);
        }

        string[] before = Lines(File.ReadAllText(file));
        string[] after = Lines(found);
        string changes = string.Join('\n', before.Except(after).Select(line => $"- {line}").Concat(after.Except(before).Select(line => $"+ {line}")));
        Assert.True(
            before.SequenceEqual(after),
            $"src/{room}/PublicApi.txt no longer says what the library offers:\n{changes}\nIf that is meant, run the tests with QUERN_UPDATE_API=1 and commit the file.");
    }

    // A member with its type in front, so that two members that read alike in different types are told apart.
    private static string[] Lines(string text)
    {
        string type = "";
        List<string> lines = [];
        foreach (string line in text.ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!line.StartsWith(' '))
            {
                type = line.Split(" : ")[0];
                lines.Add(line);
            }
            else
            {
                lines.Add($"{type}: {line.TrimStart()}");
            }
        }

        return [.. lines];
    }
}
