using System.Text.RegularExpressions;

namespace Quern.Ilgpu.Tests;

/// <summary>The loop of a PTX program in which most of its products are made.</summary>
/// <param name="Products">The instructions of the stretch without branches that makes them.</param>
/// <param name="All">All instructions of the loop.</param>
internal sealed partial record PtxLoop(IReadOnlyList<string> Products, IReadOnlyList<string> All)
{
    /// <summary>Finds the loop.</summary>
    /// <param name="program">The PTX of a kernel.</param>
    public static PtxLoop OfProducts(string program)
    {
        List<(string Label, List<string> Instructions)> blocks = Blocks(program);
        Dictionary<string, int> places = blocks.Select((block, i) => (block.Label, i)).ToDictionary();
        List<int>[] next = [.. blocks.Select((block, i) => Next(block.Instructions, i, places).Where(to => to < blocks.Count).ToList())];
        List<int>[] previous = [.. blocks.Select((_, i) => Enumerable.Range(0, blocks.Count).Where(from => next[from].Contains(i)).ToList())];
        int most = Enumerable.Range(0, blocks.Count).MaxBy(i => blocks[i].Instructions.Count(instruction => instruction.StartsWith("mul.f32", StringComparison.Ordinal)));
        IEnumerable<int> loop = Reachable(most, next).Intersect(Reachable(most, previous)).Order();
        return new PtxLoop(blocks[most].Instructions, [.. loop.SelectMany(i => blocks[i].Instructions)]);
    }

    // A block ends with a label or a branch.
    private static List<(string Label, List<string> Instructions)> Blocks(string program)
    {
        List<(string Label, List<string> Instructions)> blocks = [("", [])];
        foreach (string line in program[program.IndexOf(".entry", StringComparison.Ordinal)..].Split('\n', StringSplitOptions.TrimEntries))
        {
            if (Label().Match(line) is { Success: true } label)
            {
                blocks.Add((label.Groups[1].Value, []));
            }
            else if (line.Length > 0 && (char.IsLetter(line[0]) || line[0] == '@'))
            {
                blocks[^1].Instructions.Add(line);
                if (Branch().IsMatch(line))
                {
                    blocks.Add(($"behind {blocks.Count}", []));
                }
            }
        }

        return blocks;
    }

    private static IEnumerable<int> Next(List<string> instructions, int place, Dictionary<string, int> places)
    {
        string last = instructions.Count > 0 ? instructions[^1] : "";
        Match branch = Branch().Match(last);
        IEnumerable<int> target = branch.Success && places.TryGetValue(branch.Groups[1].Value, out int to) ? [to] : [];
        return (branch.Success && last[0] != '@') || last.StartsWith("ret", StringComparison.Ordinal) ? target : target.Append(place + 1);
    }

    private static HashSet<int> Reachable(int from, List<int>[] next)
    {
        HashSet<int> reached = [];
        Stack<int> open = new([from]);
        while (open.TryPop(out int place))
        {
            foreach (int to in next[place].Where(reached.Add))
            {
                open.Push(to);
            }
        }

        return reached;
    }

    [GeneratedRegex(@"^(L_\w+):")]
    private static partial Regex Label();

    [GeneratedRegex(@"\bbra(?:\.uni)?\s+(L_\w+);")]
    private static partial Regex Branch();
}
