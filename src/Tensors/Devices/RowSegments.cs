namespace Quern.Tensors;

/// <summary>Positions put together by the row of a table that each of them names: what a sum over equal rows runs along, in an order that depends on nothing else.</summary>
internal sealed class RowSegments
{
    private long[] _keys = [];
    private int[] _positions = [];
    private int[] _rows = [];
    private int[] _starts = [0];
    private int _positionCount;

    /// <summary>How many rows are named.</summary>
    public int Count { get; private set; }

    /// <summary>The positions, those of a row together and in order.</summary>
    public ReadOnlySpan<int> Positions => _positions.AsSpan(0, _positionCount);

    /// <summary>The rows that are named, each once.</summary>
    public ReadOnlySpan<int> Rows => _rows.AsSpan(0, Count);

    /// <summary>Where the positions of each row begin, and where the last end.</summary>
    public ReadOnlySpan<int> Starts => _starts.AsSpan(0, Count + 1);

    /// <summary>Puts positions together. Nothing is allocated for as many as before.</summary>
    /// <param name="rows">The row that each position names: 0 or more.</param>
    /// <param name="skipped">A row whose positions are left out; -1 for none.</param>
    public void Build(ReadOnlySpan<int> rows, int skipped = -1)
    {
        if (_keys.Length < rows.Length)
        {
            _keys = new long[rows.Length];
            _positions = new int[rows.Length];
            _rows = new int[rows.Length];
            _starts = new int[rows.Length + 1];
        }

        int count = 0;
        for (int position = 0; position < rows.Length; position++)
        {
            if (rows[position] != skipped)
            {
                _keys[count++] = ((long)rows[position] << 32) | (uint)position;
            }
        }

        _keys.AsSpan(0, count).Sort();
        _positionCount = count;
        Count = 0;
        for (int i = 0; i < count; i++)
        {
            int row = (int)(_keys[i] >> 32);
            _positions[i] = (int)_keys[i];
            if (i == 0 || row != _rows[Count - 1])
            {
                _rows[Count] = row;
                _starts[Count++] = i;
            }
        }

        _starts[Count] = count;
    }
}
