namespace Quern.Kernels.Operators;

/// <summary>
/// A loss that is a sum over elements: what one element adds to it, together with the derivatives, which share most of the arithmetic.
/// </summary>
public interface ILossOperator : IOperator
{
    /// <summary>The formula.</summary>
    /// <typeparam name="S">The words of the formula.</typeparam>
    /// <typeparam name="V">What they work on: one number or a vector of them.</typeparam>
    /// <param name="output">The output of the network.</param>
    /// <param name="target">What the output should have been.</param>
    /// <param name="parameter">A number of the loss's own, such as where a Huber loss turns linear; a loss without one ignores it.</param>
    /// <param name="outputGradient">The derivative with respect to the output.</param>
    /// <param name="targetGradient">The derivative with respect to the target; 0 for a target that nothing trains.</param>
    /// <returns>What the element adds to the loss.</returns>
    static abstract V Invoke<S, V>(V output, V target, V parameter, out V outputGradient, out V targetGradient)
        where S : struct, IArithmetic<V>
        where V : unmanaged;

    /// <summary>sum + loss. A loss that ends in a product may add it with one rounding less, on the processor.</summary>
    /// <typeparam name="S">The words of the formula.</typeparam>
    /// <typeparam name="V">What they work on: one number or a vector of them.</typeparam>
    /// <param name="sum">The sum of the losses before.</param>
    /// <param name="loss">What <see cref="Invoke"/> gave.</param>
    /// <param name="output">The output of the network.</param>
    /// <param name="target">What the output should have been.</param>
    static virtual V AddTo<S, V>(V sum, V loss, V output, V target)
        where S : struct, IArithmetic<V>
        where V : unmanaged => S.Add(sum, loss);
}
