namespace Quern.Mnist.Models;

/// <summary>The function on the code.</summary>
public enum CodeActivation
{
    /// <summary>None: any numbers.</summary>
    None,

    /// <summary>The hyperbolic tangent: numbers between -1 and 1.</summary>
    Tanh,
}
