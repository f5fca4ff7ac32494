using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Quern.Packages.Tests;

/// <summary>The complete programs of the documentation compile as they stand, run, and print what the page says.</summary>
public sealed partial class DocumentationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>Pages whose every block of C# is a complete program.</summary>
    public static TheoryData<string, int> Programs
    {
        get
        {
            string[] pages = ["README.md", "docs/getting-started.md", "docs/gradient-checks.md", "docs/onnx.md", "docs/own-formulas.md", "docs/training.md", .. new[] { "Kernels", "Tensors", "Nn", "Mnist", "Ilgpu", "Onnx", "Mpi" }.Select(name => $"src/{name}/README.md")];
            TheoryData<string, int> programs = [];
            foreach (string page in pages)
            {
                for (int i = 0; i < Blocks(page).Count; i++)
                {
                    programs.Add(page, i + 1);
                }
            }

            return programs;
        }
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_page_to_start_with_has_three_programs_that_say_what_they_print() =>
        Assert.Equal([true, true, true], Blocks("docs/getting-started.md").Select(block => block.Groups["output"].Success));

    [Theory]
    [MemberData(nameof(Programs))]
    public void A_program_of_the_documentation_runs_and_prints_what_the_page_says(string page, int number)
    {
        Assert.SkipWhen(page.Contains("/Mpi/") && !NativeLibrary.TryLoad("libmpich.so.12", out _), "There is no MPICH; on Debian, install mpich.");
        Match block = Blocks(page)[number - 1];

        IReadOnlyList<string> errors = Compiler.Compile(block.Groups["source"].Value, _folder.Path);
        Assert.True(errors.Count == 0, $"{page}, program {number}:\n{string.Join('\n', errors)}");
        string printed = DotNet.Run(_folder.Path, "Program.dll");

        Assert.NotEmpty(printed);
        if (block.Groups["output"].Success)
        {
            Assert.Equal(block.Groups["output"].Value, printed);
        }
    }

    private static MatchCollection Blocks(string page) =>
        ProgramAndOutput().Matches(File.ReadAllText(Path.Combine(Repository.Root, page)).ReplaceLineEndings("\n"));

    // A block of C#, and the block without a language that follows it at once, if one does.
    [GeneratedRegex(@"^```csharp\n(?<source>.*?)^```$(\n\n```\n(?<output>.*?)^```$)?", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex ProgramAndOutput();
}
