namespace Quern.Nn;

/// <summary>How <see cref="GradientCheck"/> compares; the defaults suit layers and small networks.</summary>
public sealed record GradientCheckOptions
{
    /// <summary>
    /// The relative tolerance, as in <c>torch.autograd.gradcheck</c>: a derivative is right where |actual - expected| ≤
    /// <see cref="AbsoluteTolerance"/> + this · |expected|, small values of |expected| counting as a tenth of the tensor's root mean square.
    /// </summary>
    public double RelativeTolerance { get; init; } = 1e-3;

    /// <summary>The absolute tolerance: zero or more.</summary>
    public double AbsoluteTolerance { get; init; } = 1e-5;

    /// <summary>The most elements of a tensor that are checked, chosen at random by <see cref="Seed"/>: at least 1. All of them by default.</summary>
    public int MaxElements { get; init; } = int.MaxValue;

    /// <summary>Chooses the gradient of the output and the elements that are checked.</summary>
    public int Seed { get; init; }

    /// <summary>Whether the gradient with respect to the input is checked: false for inputs without one, such as the indices of an embedding.</summary>
    public bool CheckInput { get; init; } = true;

    /// <summary>
    /// Called before each forward pass, to make it repeatable: for instance to set the <c>Stream</c> of the generator that
    /// dropout draws from.
    /// </summary>
    public Action? BeforeForward { get; init; }

    /// <summary>
    /// What the module computes, in double precision: its output, row-major, from its input and its parameters by name. Given one, the
    /// differences are those of the formula and right to many digits, and the output is compared with the formula's too. Without one they are differences
    /// of the module itself, in float32.
    /// </summary>
    public Func<double[], IReadOnlyDictionary<string, double[]>, double[]>? Formula { get; init; }
}
