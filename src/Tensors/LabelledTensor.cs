namespace Quern.Tensors;

/// <summary>A tensor with a label for each axis, none twice: what the products of <see cref="Tensor.Einsum"/> are made of.</summary>
internal readonly record struct LabelledTensor(Tensor Tensor, string Labels)
{
    /// <summary>The product of two, summed over the labels that neither the result nor another operand needs.</summary>
    public static LabelledTensor Product(LabelledTensor left, LabelledTensor right, string needed)
    {
        string rights = right.Labels;
        left = left.SumOver(label => !needed.Contains(label) && !rights.Contains(label));
        string lefts = left.Labels;
        right = right.SumOver(label => !needed.Contains(label) && !lefts.Contains(label));
        string batch = Where(lefts, label => right.Labels.Contains(label) && needed.Contains(label));
        string inner = Where(lefts, label => right.Labels.Contains(label) && !needed.Contains(label));
        string rows = Where(lefts, label => !right.Labels.Contains(label));
        string columns = Where(right.Labels, label => !lefts.Contains(label));
        Shape shape = [.. left.Lengths(batch), .. left.Lengths(rows), .. right.Lengths(columns)];
        int b = Count(left.Lengths(batch)), m = Count(left.Lengths(rows)), k = Count(left.Lengths(inner)), n = Count(right.Lengths(columns));
        Tensor product;
        if (inner.Length == 0 || (batch.Length > 0 && rows.Length == 0 && columns.Length == 0))
        {
            // No matrices: elements, or sums of them.
            Tensor elements = left.InOrder(batch + rows + inner).Tensor.Reshape(b, m, k, 1) * right.InOrder(batch + inner + columns).Tensor.Reshape(b, 1, k, n);
            product = inner.Length == 0 ? elements : elements.Sum(2);
        }
        else
        {
            // A product takes matrices transposed as well, so that some need not be put in order.
            bool transposeLeft = lefts == batch + inner + rows;
            bool transposeRight = right.Labels == batch + columns + inner;
            Tensor l = transposeLeft ? left.Tensor.Reshape(b, k, m) : left.InOrder(batch + rows + inner).Tensor.Reshape(b, m, k);
            Tensor r = transposeRight ? right.Tensor.Reshape(b, n, k) : right.InOrder(batch + inner + columns).Tensor.Reshape(b, k, n);
            product = batch.Length == 0 ? l.Squeeze(0).MatMul(r.Squeeze(0), transposeLeft, transposeRight) : l.MatMul(r, transposeLeft, transposeRight);
        }

        return new LabelledTensor(product.WithShape(shape), batch + rows + columns);
    }

    /// <summary>The sum over some of the axes.</summary>
    public LabelledTensor SumOver(Func<char, bool> isChosen)
    {
        (Tensor tensor, string labels) = this;
        for (int axis = labels.Length - 1; axis >= 0; axis--)
        {
            if (isChosen(labels[axis]))
            {
                tensor = tensor.Sum(axis);
                labels = labels.Remove(axis, 1);
            }
        }

        return new LabelledTensor(tensor, labels);
    }

    /// <summary>The axes in the order of their labels here: this tensor itself where they are.</summary>
    public LabelledTensor InOrder(string labels)
    {
        if (labels == Labels)
        {
            return this;
        }

        Span<int> axes = stackalloc int[labels.Length];
        for (int axis = 0; axis < axes.Length; axis++)
        {
            axes[axis] = Labels.IndexOf(labels[axis]);
        }

        return new LabelledTensor(Tensor.Permute(axes), labels);
    }

    private int[] Lengths(string labels)
    {
        int[] lengths = new int[labels.Length];
        for (int i = 0; i < lengths.Length; i++)
        {
            lengths[i] = Tensor.Shape[Labels.IndexOf(labels[i])];
        }

        return lengths;
    }

    private static int Count(int[] lengths) => lengths.Aggregate(1, (count, length) => checked(count * length));

    private static string Where(string labels, Func<char, bool> isChosen) => string.Concat(labels.Where(isChosen));
}
