using System.Globalization;
using System.Text;

namespace Quern.Mnist;

/// <summary>Text that came from a file, a server or a command line, made fit for a message.</summary>
internal static class PrintableText
{
    /// <summary>
    /// Replaces by U+FFFD whatever a terminal would obey instead of showing: control characters, escape codes among them, marks that
    /// turn the direction of writing, line separators, and halves of surrogate pairs.
    /// </summary>
    public static string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        StringBuilder? clean = null;
        int done = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            // A lone surrogate is enumerated as U+FFFD already; it is one character long all the same.
            int length = rune.Utf16SequenceLength;
            bool isShown = Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
            if (!isShown || rune == Rune.ReplacementChar)
            {
                clean ??= new StringBuilder(text.Length).Append(text, 0, done);
                clean.Append(Rune.ReplacementChar.ToString());
            }
            else
            {
                clean?.Append(text, done, length);
            }

            done += length;
        }

        return clean?.ToString() ?? text;
    }

    /// <summary>The same, on one line: line breaks and tabs become spaces, and a row of them one.</summary>
    /// <param name="text">The text.</param>
    /// <param name="keepSpaces">Whether a row of spaces stays as it is.</param>
    public static string OnOneLine(string text, bool keepSpaces = false) => Of(keepSpaces
        ? text.Replace("\r\n", " ").Replace('\r', ' ').Replace('\n', ' ').Replace('\t', ' ')
        : string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
}
