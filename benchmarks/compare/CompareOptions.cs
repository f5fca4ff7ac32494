namespace Quern.Benchmarks.Compare;

/// <summary>What to compare, as the command line gives it.</summary>
internal sealed record CompareOptions(
    IReadOnlyList<string> Sections, int Repeats, double Minutes, string? Data, int BatchSize, int Threads, string Python, string TorchSharp, int OpenCl, string? CoreType, bool Avx2);
