namespace Quern.Kernels.Operators;

/// <summary>
/// A struct without fields whose static methods are formulas. The same formula runs on every vector width of the processor and on every
/// GPU: the generator of Quern.Kernels translates it to OpenCL C when the struct is declared <c>partial</c>.
/// </summary>
public interface IOperator
{
    /// <summary>
    /// Whether the processor waits for memory rather than for the formula, as with a sum of two operands. Results that are larger than the caches are
    /// then written past them: twice as fast, where the formula takes little time, and a quarter slower where it takes as long as an exponential.
    /// </summary>
    static virtual bool IsBoundByMemory => true;

    /// <summary>The formulas as OpenCL C; written by the generator.</summary>
    /// <exception cref="NotSupportedException">The generator did not see the struct.</exception>
    static virtual OperatorSource Source => throw new NotSupportedException(
        "An operator without OpenCL C was run on a GPU. Declare its struct and the types around it 'partial', in a project that references "
        + "the package Quern.Kernels itself, so that the generator of that package translates it.");
}
