namespace Quern.Benchmarks;

/// <summary>What a benchmark does for each element of its Length: the bytes it reads and writes.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class WorkAttribute(double bytes) : Attribute
{
    public double Bytes { get; } = bytes;
}
