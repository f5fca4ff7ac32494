using System.Globalization;
using Quern.Tensors;

namespace Quern.Nn;

/// <summary>A table from a file of comma-separated values, with named columns.</summary>
/// <remarks>
/// The format is that of RFC 4180: a field may be quoted, and then hold delimiters, line breaks, and quotes that are written twice. Empty lines
/// are left out. Numbers are written as in the invariant culture, with a point.
/// </remarks>
public sealed class CsvTable
{
    private readonly string _source;
    private readonly string[] _columns;
    private readonly List<string[]> _rows = [];
    private readonly List<int> _lines = [];

    private CsvTable(TextReader reader, char delimiter, bool hasHeader, string source)
    {
        _source = source;
        CsvReader fields = new(reader, delimiter, source);
        string[]? first = fields.ReadRow();
        if (first is null)
        {
            throw new FormatException($"{source} is empty; expected rows of numbers.");
        }

        _columns = hasHeader ? first : [.. Enumerable.Range(1, first.Length).Select(number => number.ToString(CultureInfo.InvariantCulture))];
        if (_columns.Distinct(StringComparer.Ordinal).Count() < _columns.Length)
        {
            string twice = _columns.GroupBy(name => name, StringComparer.Ordinal).First(group => group.Count() > 1).Key;
            throw new FormatException($"{source}, line {fields.Line}: two columns are named '{twice}'. Give each a name of its own.");
        }

        for (string[]? row = hasHeader ? fields.ReadRow() : first; row is not null; row = fields.ReadRow())
        {
            if (row.Length != _columns.Length)
            {
                throw new FormatException($"{source}, line {fields.Line}: there are {row.Length} fields, and {_columns.Length} columns. Is the delimiter '{delimiter}' right?");
            }

            _rows.Add(row);
            _lines.Add(fields.Line);
        }

        if (_rows.Count == 0)
        {
            throw new FormatException($"{source} has a header and no rows. If the first line holds numbers, read it with hasHeader: false.");
        }
    }

    /// <summary>The names of the columns; without a header their numbers, from 1.</summary>
    public IReadOnlyList<string> Columns => _columns;

    /// <summary>How many rows there are: at least 1.</summary>
    public int RowCount => _rows.Count;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file: UTF-8, or UTF-16 with a mark of its byte order.</param>
    /// <param name="delimiter">What stands between fields.</param>
    /// <param name="hasHeader">Whether the first line has the names of the columns.</param>
    /// <exception cref="FormatException">The file is not such a table; the message says in which line.</exception>
    /// <exception cref="IOException">There is no such file, or it cannot be opened.</exception>
    public static CsvTable Read(string path, char delimiter = ',', bool hasHeader = true)
    {
        ArgumentNullException.ThrowIfNull(path);
        using StreamReader reader = new(path);
        return new CsvTable(reader, delimiter, hasHeader, $"'{path}'");
    }

    /// <summary>Reads a text.</summary>
    /// <param name="reader">The text.</param>
    /// <param name="delimiter">What stands between fields.</param>
    /// <param name="hasHeader">Whether the first line has the names of the columns.</param>
    /// <exception cref="FormatException">The text is not such a table; the message says in which line.</exception>
    public static CsvTable Parse(TextReader reader, char delimiter = ',', bool hasHeader = true)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return new CsvTable(reader, delimiter, hasHeader, "The text");
    }

    /// <summary>Columns of numbers.</summary>
    /// <param name="columns">Their names; all columns if none is given.</param>
    /// <returns>[rows, columns].</returns>
    /// <exception cref="ArgumentException">There is no such column.</exception>
    /// <exception cref="FormatException">A field is not a finite number; the message says in which line and column.</exception>
    public Tensor Numbers(params ReadOnlySpan<string> columns)
    {
        int[] indices = columns.Length == 0 ? [.. Enumerable.Range(0, _columns.Length)] : new int[columns.Length];
        for (int i = 0; i < columns.Length; i++)
        {
            indices[i] = IndexOf(columns[i]);
        }

        float[] numbers = new float[checked(_rows.Count * indices.Length)];
        for (int row = 0; row < _rows.Count; row++)
        {
            for (int i = 0; i < indices.Length; i++)
            {
                numbers[(row * indices.Length) + i] = Number(row, indices[i]);
            }
        }

        return Tensor.From(numbers, [_rows.Count, indices.Length]);
    }

    /// <summary>A column of names as numbers of classes, for a classifier.</summary>
    /// <param name="column">Its name.</param>
    /// <returns>[rows], the numbers; and the name of each class, in ordinal order.</returns>
    /// <exception cref="ArgumentException">There is no such column.</exception>
    public (Tensor Numbers, IReadOnlyList<string> Names) Classes(string column)
    {
        ArgumentNullException.ThrowIfNull(column);
        int index = IndexOf(column);
        string[] names = [.. _rows.Select(row => row[index]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        float[] numbers = [.. _rows.Select(row => (float)Array.BinarySearch(names, row[index], StringComparer.Ordinal))];
        return (Tensor.From(numbers, [numbers.Length]), names);
    }

    private int IndexOf(string column) => Array.IndexOf(_columns, column) is var index and >= 0
        ? index
        : throw new ArgumentException($"CsvTable: {_source} has no column '{column}'. Its columns are {string.Join(", ", _columns)}.", nameof(column));

    private float Number(int row, int column) =>
        float.TryParse(_rows[row][column], NumberStyles.Float, CultureInfo.InvariantCulture, out float number) && float.IsFinite(number)
            ? number
            : throw new FormatException($"{_source}, line {_lines[row]}, column '{_columns[column]}': '{_rows[row][column]}' is not a finite number.");
}
