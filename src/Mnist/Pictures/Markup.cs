using System.Text;

namespace Quern.Mnist.Pictures;

/// <summary>
/// Writes elements and text that are well-formed both as HTML and as XML. All text and every attribute is escaped here,
/// so that no caller has to think of it.
/// </summary>
internal sealed class Markup
{
    private static readonly string[] VoidElements = ["br", "col", "hr", "img", "meta", "path", "line", "rect", "circle"];

    // A line break after these would show as a space.
    private static readonly string[] InlineElements = ["code", "em", "span", "strong"];

    private readonly StringBuilder _text = new();
    private readonly Stack<string> _open = new();

    /// <summary>Opens an element.</summary>
    public Markup Start(string name, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        WriteTag(name, attributes);
        _text.Append('>');
        _open.Push(name);
        return this;
    }

    /// <summary>Closes the element that was opened last.</summary>
    public Markup End()
    {
        string name = _open.Pop();
        _text.Append("</").Append(name).Append(InlineElements.Contains(name) ? ">" : ">\n");
        return this;
    }

    /// <summary>Writes text inside the open element.</summary>
    public Markup Text(string text)
    {
        Escape(text);
        return this;
    }

    /// <summary>Writes an element that holds nothing but text; elements that HTML knows as void, and shapes of SVG, hold nothing.</summary>
    public Markup Element(string name, string text, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        if (VoidElements.Contains(name) && text.Length == 0)
        {
            WriteTag(name, attributes);
            _text.Append(" />\n");
            return this;
        }

        return Start(name, attributes).Text(text).End();
    }

    /// <summary>Writes text of this project unescaped: a style sheet or a document type.</summary>
    public Markup Raw(string markup)
    {
        _text.Append(markup);
        return this;
    }

    /// <summary>The document so far; every element must be closed.</summary>
    public override string ToString() =>
        _open.Count == 0 ? _text.ToString() : throw new InvalidOperationException($"Markup: <{_open.Peek()}> is still open; call End first.");

    private void WriteTag(string name, ReadOnlySpan<(string Name, string Value)> attributes)
    {
        _text.Append('<').Append(name);
        foreach (var (attribute, value) in attributes)
        {
            _text.Append(' ').Append(attribute).Append("=\"");
            Escape(value);
            _text.Append('"');
        }
    }

    private void Escape(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            bool pair = char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
            switch (c)
            {
                case '&': _text.Append("&amp;"); break;
                case '<': _text.Append("&lt;"); break;
                case '>': _text.Append("&gt;"); break;
                case '"': _text.Append("&quot;"); break;
                case '\'': _text.Append("&#39;"); break;
                case '\t' or '\n': _text.Append(c); break;
                default:
                    if (pair)
                    {
                        _text.Append(c).Append(text[++i]);
                    }
                    else
                    {
                        // What XML forbids even when escaped becomes the replacement character.
                        bool forbidden = c < ' ' || char.IsSurrogate(c) || c is '\u007F' or '\uFFFE' or '\uFFFF';
                        _text.Append(forbidden ? '\uFFFD' : c);
                    }

                    break;
            }
        }
    }
}
