namespace Quern.Kernels.Gpu;

/// <summary>What is done to each value of a product before it is stored: the numbers of an <see cref="Epilogue{T}"/>.</summary>
internal struct TileEpilogue
{
    private int _accumulate;
    private int _biasLength;
    private int _biasRow;
    private int _activation;
    private int _gradientLength;
    private int _gradientActivation;

    /// <summary>An epilogue.</summary>
    /// <param name="accumulate">Not 0 to add the product to what the result holds.</param>
    /// <param name="biasLength">The length of the bias; 0 for none.</param>
    /// <param name="biasRow">1 if the bias has a value for each row, 0 if for each column.</param>
    /// <param name="activation">The number of an <see cref="Activation"/>.</param>
    /// <param name="gradientLength">The length of what the activation below gave; 0 for none.</param>
    /// <param name="gradientActivation">The number of the <see cref="Activation"/> below.</param>
    public static TileEpilogue Of(int accumulate, int biasLength, int biasRow, int activation, int gradientLength, int gradientActivation)
    {
        TileEpilogue epilogue;
        epilogue._accumulate = accumulate;
        epilogue._biasLength = biasLength;
        epilogue._biasRow = biasRow;
        epilogue._activation = activation;
        epilogue._gradientLength = gradientLength;
        epilogue._gradientActivation = gradientActivation;
        return epilogue;
    }

    /// <summary>Adds what is to be added, applies the activation and the gradient's mask, and stores the value.</summary>
    public readonly void Store(
        float value, int row, int column, int n, ArrayView<float> bias, ArrayView<float> gradientOutput, ArrayView<float> result)
    {
        long place = ((long)row * n) + column;
        if (_accumulate != 0)
        {
            value += result[place];
        }

        if (_biasLength > 0)
        {
            value += bias[_biasRow != 0 ? row : column];
        }

        value = Activations.Apply(_activation, value);
        if (_gradientLength > 0)
        {
            value = Activations.Gradient(_gradientActivation, value, gradientOutput[place]);
        }

        result[place] = value;
    }

    /// <summary>As <see cref="Store"/>, four values of a column, four rows apart, of which the first is inside and the others are stored if they are. All loads come first.</summary>
    public readonly void StoreFour(
        Float4 values, int row, int column, int m, int n, ArrayView<float> bias, ArrayView<float> gradientOutput, ArrayView<float> result)
    {
        // In place of rows beyond the last, the first is read once more.
        int row1 = row + 4 < m ? row + 4 : row;
        int row2 = row + 8 < m ? row + 8 : row;
        int row3 = row + 12 < m ? row + 12 : row;
        long place0 = ((long)row * n) + column;
        long place1 = ((long)row1 * n) + column;
        long place2 = ((long)row2 * n) + column;
        long place3 = ((long)row3 * n) + column;
        Float4 outputs = new Float4(0f, 0f, 0f, 0f);
        if (_gradientLength > 0)
        {
            outputs = new Float4(gradientOutput[place0], gradientOutput[place1], gradientOutput[place2], gradientOutput[place3]);
        }

        if (_accumulate != 0)
        {
            values += new Float4(result[place0], result[place1], result[place2], result[place3]);
        }

        if (_biasLength > 0)
        {
            values += _biasRow != 0
                ? new Float4(bias[row], bias[row1], bias[row2], bias[row3])
                : new Float4(bias[column], bias[column], bias[column], bias[column]);
        }

        if (_activation != Activations.None)
        {
            values = new Float4(
                Activations.Apply(_activation, values.X),
                Activations.Apply(_activation, values.Y),
                Activations.Apply(_activation, values.Z),
                Activations.Apply(_activation, values.W));
        }

        if (_gradientLength > 0)
        {
            values = new Float4(
                Activations.Gradient(_gradientActivation, values.X, outputs.X),
                Activations.Gradient(_gradientActivation, values.Y, outputs.Y),
                Activations.Gradient(_gradientActivation, values.Z, outputs.Z),
                Activations.Gradient(_gradientActivation, values.W, outputs.W));
        }

        result[place0] = values.X;
        if (row + 4 < m)
        {
            result[place1] = values.Y;
        }

        if (row + 8 < m)
        {
            result[place2] = values.Z;
        }

        if (row + 12 < m)
        {
            result[place3] = values.W;
        }
    }
}
