namespace Quern.Nn;

/// <summary>
/// A module whose evaluation is that of other modules, one after another, and no more. Tools that take networks apart, such as an exporter, read
/// it; training may differ.
/// </summary>
public interface ISequentialModule
{
    /// <summary>The modules, in the order in which evaluation runs them.</summary>
    IEnumerable<Module> Layers { get; }
}
