namespace Quern.Kernels.Cpu.MatMulKernels;

/// <summary>The innermost part of a matrix product: one tile of the result, its sums held in registers.</summary>
internal unsafe interface IMicroKernel
{
    /// <summary>Rows of the tile.</summary>
    static abstract int Rows { get; }

    /// <summary>Rows of the smaller tile, which fills up what the large ones leave.</summary>
    static abstract int FewRows { get; }

    /// <summary>Columns of either tile.</summary>
    static abstract int Columns { get; }

    /// <summary>Computes tiles of <see cref="Rows"/> rows, each below the one before.</summary>
    /// <param name="tiles">How many.</param>
    /// <param name="steps">How many products each sum has.</param>
    /// <param name="left">The first tile's first row of the left operand.</param>
    /// <param name="leftStride">What <typeparamref name="TLeft"/> needs to find the other rows and steps.</param>
    /// <param name="right">The tiles' first column of the right operand.</param>
    /// <param name="rightStride">What <typeparamref name="TRight"/> needs to find the other steps.</param>
    /// <param name="result">The first tile's place in the result.</param>
    /// <param name="resultStride">Floats from one row of the result to the next.</param>
    /// <param name="accumulate">Whether the sums are added to what the result holds.</param>
    static abstract void Run<TLeft, TRight>(
        int tiles, int steps, float* left, nint leftStride, float* right, nint rightStride, float* result, nint resultStride, bool accumulate)
        where TLeft : struct, ILeftLayout
        where TRight : struct, IRightLayout;

    /// <summary>As <see cref="Run"/>, for tiles of <see cref="FewRows"/> rows.</summary>
    static abstract void RunFew<TLeft, TRight>(
        int tiles, int steps, float* left, nint leftStride, float* right, nint rightStride, float* result, nint resultStride, bool accumulate)
        where TLeft : struct, ILeftLayout
        where TRight : struct, IRightLayout;
}
