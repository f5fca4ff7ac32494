using System.Text;

namespace Quern.Nn;

/// <summary>Cuts a text into rows and fields as RFC 4180 has it.</summary>
internal sealed class CsvReader(TextReader reader, char delimiter, string source)
{
    private readonly StringBuilder _field = new();
    private int _nextLine = 1;

    /// <summary>The line on which the last row began, from 1.</summary>
    public int Line { get; private set; }

    /// <summary>The fields of the next row that is not empty, without the spaces around those that are not quoted; null at the end.</summary>
    /// <exception cref="FormatException">A quote is not closed, or closed too early.</exception>
    public string[]? ReadRow()
    {
        while (reader.Peek() >= 0)
        {
            Line = _nextLine;
            List<string> fields = [];
            while (ReadField(fields))
            {
            }

            if (fields.Count > 1 || fields[0].Length > 0)
            {
                return [.. fields];
            }
        }

        return null;
    }

    // Reads a field and what ends it; whether another one follows on the row.
    private bool ReadField(List<string> fields)
    {
        _field.Clear();
        bool isQuoted = false;
        while (true)
        {
            int next = reader.Read();
            if (next == '"' && !isQuoted && IsBlank())
            {
                isQuoted = true;
                ReadQuoted();
            }
            else if (next < 0 || next == delimiter || next is '\n' or '\r')
            {
                if (next == '\r' && reader.Peek() == '\n')
                {
                    reader.Read();
                }

                _nextLine += next is '\n' or '\r' ? 1 : 0;
                fields.Add(isQuoted ? _field.ToString() : _field.ToString().Trim());
                return next == delimiter;
            }
            else if (isQuoted && next != ' ')
            {
                throw new FormatException($"{source}, line {_nextLine}, field {fields.Count + 1}: '{(char)next}' follows a closing quote. A quote within a quoted field is written twice.");
            }
            else if (!isQuoted)
            {
                _field.Append((char)next);
            }
        }

        bool IsBlank()
        {
            bool isBlank = string.IsNullOrWhiteSpace(_field.ToString());
            if (isBlank)
            {
                _field.Clear();
            }

            return isBlank;
        }

        void ReadQuoted()
        {
            int start = _nextLine;
            while (true)
            {
                int next = reader.Read();
                if (next < 0)
                {
                    throw new FormatException($"{source}, line {start}, field {fields.Count + 1}: the quote is not closed.");
                }

                if (next == '"')
                {
                    if (reader.Peek() != '"')
                    {
                        return;
                    }

                    reader.Read();
                }

                _nextLine += next == '\n' ? 1 : 0;
                _field.Append((char)next);
            }
        }
    }
}
