namespace Quern.Kernels.Language;

/// <summary>
/// Operations on an element of a buffer or of shared memory that no other work-item comes between. Each gives the value that was there
/// before; in which order work-items come is open.
/// </summary>
public static class Atomic
{
    /// <summary>Adds to an element; the sum wraps.</summary>
    /// <param name="target">The element.</param>
    /// <param name="value">What is added.</param>
    /// <returns>The element as it was before.</returns>
    public static int Add(ref int target, int value) => throw DeviceOnly.Error("Atomic.Add");

    /// <inheritdoc cref="Add(ref int, int)"/>
    public static uint Add(ref uint target, uint value) => throw DeviceOnly.Error("Atomic.Add");

    /// <summary>Keeps the lesser of an element and a value.</summary>
    /// <param name="target">The element.</param>
    /// <param name="value">The value.</param>
    /// <returns>The element as it was before.</returns>
    public static int Min(ref int target, int value) => throw DeviceOnly.Error("Atomic.Min");

    /// <inheritdoc cref="Min(ref int, int)"/>
    public static uint Min(ref uint target, uint value) => throw DeviceOnly.Error("Atomic.Min");

    /// <summary>Keeps the greater of an element and a value.</summary>
    /// <param name="target">The element.</param>
    /// <param name="value">The value.</param>
    /// <returns>The element as it was before.</returns>
    public static int Max(ref int target, int value) => throw DeviceOnly.Error("Atomic.Max");

    /// <inheritdoc cref="Max(ref int, int)"/>
    public static uint Max(ref uint target, uint value) => throw DeviceOnly.Error("Atomic.Max");

    /// <summary>Keeps the bits of an element that a value has too.</summary>
    /// <param name="target">The element.</param>
    /// <param name="value">The value.</param>
    /// <returns>The element as it was before.</returns>
    public static int And(ref int target, int value) => throw DeviceOnly.Error("Atomic.And");

    /// <inheritdoc cref="And(ref int, int)"/>
    public static uint And(ref uint target, uint value) => throw DeviceOnly.Error("Atomic.And");

    /// <summary>Adds the bits of a value to an element.</summary>
    /// <param name="target">The element.</param>
    /// <param name="value">The value.</param>
    /// <returns>The element as it was before.</returns>
    public static int Or(ref int target, int value) => throw DeviceOnly.Error("Atomic.Or");

    /// <inheritdoc cref="Or(ref int, int)"/>
    public static uint Or(ref uint target, uint value) => throw DeviceOnly.Error("Atomic.Or");

    /// <summary>Flips the bits of an element that a value has.</summary>
    /// <param name="target">The element.</param>
    /// <param name="value">The value.</param>
    /// <returns>The element as it was before.</returns>
    public static int Xor(ref int target, int value) => throw DeviceOnly.Error("Atomic.Xor");

    /// <inheritdoc cref="Xor(ref int, int)"/>
    public static uint Xor(ref uint target, uint value) => throw DeviceOnly.Error("Atomic.Xor");

    /// <summary>Replaces an element.</summary>
    /// <param name="target">The element.</param>
    /// <param name="value">The new value.</param>
    /// <returns>The element as it was before.</returns>
    public static int Exchange(ref int target, int value) => throw DeviceOnly.Error("Atomic.Exchange");

    /// <inheritdoc cref="Exchange(ref int, int)"/>
    public static uint Exchange(ref uint target, uint value) => throw DeviceOnly.Error("Atomic.Exchange");

    /// <summary>Replaces an element that has an expected value.</summary>
    /// <param name="target">The element.</param>
    /// <param name="compare">The expected value.</param>
    /// <param name="value">The new value.</param>
    /// <returns>The element as it was before: <paramref name="compare"/> if it was replaced.</returns>
    public static int CompareExchange(ref int target, int compare, int value) => throw DeviceOnly.Error("Atomic.CompareExchange");

    /// <inheritdoc cref="CompareExchange(ref int, int, int)"/>
    public static uint CompareExchange(ref uint target, uint compare, uint value) => throw DeviceOnly.Error("Atomic.CompareExchange");
}
