using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Quern.Benchmarks.Compare.Peers;

namespace Quern.Benchmarks.Compare;

/// <summary>What a reader must know to judge the figures.</summary>
internal static class MachineDescription
{
    public static string Of(CompareOptions options)
    {
        int bits = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;
        string openBlas = OpenBlas.IsAvailable ? $"{OpenBlas.Version}, core type {OpenBlas.CoreType}" : "not installed";
        return $"""
            {ProcessorName()}, {Environment.ProcessorCount} cores, {bits}-bit vectors; {RuntimeInformation.OSDescription}; {RuntimeInformation.FrameworkDescription}.
            OpenBLAS: {openBlas}. {options.Repeats} rounds or fewer; ratios are medians over the rounds, with their quartiles in brackets; above 1 Quern is faster.{LoadWarning()}
            """;
    }

    private static string ProcessorName()
    {
        const string CpuInfo = "/proc/cpuinfo";
        string? line = File.Exists(CpuInfo) ? File.ReadLines(CpuInfo).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal)) : null;
        return line is null ? RuntimeInformation.ProcessArchitecture.ToString() : line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }

    private static string LoadWarning()
    {
        const string LoadAverage = "/proc/loadavg";
        if (!File.Exists(LoadAverage))
        {
            return "";
        }

        double load = double.Parse(File.ReadAllText(LoadAverage).Split(' ')[0], CultureInfo.InvariantCulture);
        return load < 0.25 * Environment.ProcessorCount
            ? ""
            : FormattableString.Invariant($"\n**The machine is not quiet: its load average is {load:0.0}. Do not trust absolute figures.**");
    }
}
