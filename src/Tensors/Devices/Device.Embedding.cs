namespace Quern.Tensors;

// Rows of a table by their numbers, which the host has checked.
public abstract partial class Device
{
    // result[i, :] = table[rows[i], :], with table [rows, columns]; the last axis of result has the columns.
    internal abstract void Embedding(Tensor table, ReadOnlySpan<int> rows, Tensor result);

    // tableGradient[row, :] += the sum of outputGradient over the positions of the row, in order.
    internal abstract void EmbeddingBackward(Tensor outputGradient, RowSegments segments, Tensor tableGradient);
}
