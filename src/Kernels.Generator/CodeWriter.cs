using System.Text;

namespace Quern.Kernels.Generator;

/// <summary>Indented lines, each ended by a line feed on every system.</summary>
internal sealed class CodeWriter
{
    private readonly StringBuilder _text = new();
    private int _indent;

    public void Line(string line = "")
    {
        if (line.Length > 0)
        {
            _text.Append(' ', 4 * _indent).Append(line);
        }

        _text.Append('\n');
    }

    /// <summary>An interpolated raw string over several lines, each of which ends in a line feed.</summary>
    public void RawString(string content, string after)
    {
        Line("$$$\"\"\"");
        foreach (string line in content.TrimEnd('\n').Split('\n'))
        {
            Line(line);
        }

        Line();
        Line("\"\"\"" + after);
    }

    public void Indent() => _indent++;

    public void Outdent() => _indent--;

    public void Open()
    {
        Line("{");
        Indent();
    }

    public void Close(string after = "")
    {
        Outdent();
        Line("}" + after);
    }

    public override string ToString() => _text.ToString();
}
