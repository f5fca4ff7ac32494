namespace Quern.Kernels.Cpu.MatMulKernels;

/// <summary>The sums of a tile's rows, two vectors each: the registers of a micro-kernel.</summary>
/// <typeparam name="V">The vector.</typeparam>
internal unsafe interface ITileRows<V>
{
    /// <summary>How many rows there are.</summary>
    static abstract int Count { get; }

    /// <summary>Asks for the result's memory, so that it is there when the sums are done.</summary>
    /// <param name="result">The first row's place in the result.</param>
    /// <param name="stride">Floats from one row to the next.</param>
    static abstract void Prefetch(float* result, nint stride);

    /// <summary>Sets the sums to 0.</summary>
    void Clear();

    /// <summary>Adds the products of a step.</summary>
    /// <param name="left">The first row of the left operand.</param>
    /// <param name="row">Floats from one row of it to the next.</param>
    /// <param name="at">Floats to the step.</param>
    /// <param name="right">The step's vectors of the right operand: the first.</param>
    /// <param name="rightNext">The second.</param>
    void AddProducts(float* left, nint row, nint at, V right, V rightNext);

    /// <summary>Adds what the result holds.</summary>
    /// <param name="result">The first row's place in the result.</param>
    /// <param name="stride">Floats from one row to the next.</param>
    void Add(float* result, nint stride);

    /// <summary>Stores the sums.</summary>
    /// <param name="result">The first row's place in the result.</param>
    /// <param name="stride">Floats from one row to the next.</param>
    void Store(float* result, nint stride);
}
