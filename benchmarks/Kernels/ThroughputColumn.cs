using System.Globalization;
using System.Reflection;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Quern.Benchmarks;

/// <summary>Work per second: GFLOP/s of a product or a convolution, GB/s of memory read and written by anything else.</summary>
internal sealed class ThroughputColumn(string unit) : IColumn
{
    public string Id => unit;

    public string ColumnName => unit;

    public bool AlwaysShow => false;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public string Legend => unit == "GB/s" ? "Memory read and written, 10^9 bytes a second" : "10^9 floating-point operations a second";

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase)
    {
        double? work = Work(benchmarkCase);
        double? nanoseconds = summary[benchmarkCase]?.ResultStatistics?.Median;
        return work is null || nanoseconds is null ? "-" : (work.Value / nanoseconds.Value).ToString("0.0", CultureInfo.InvariantCulture);
    }

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);

    public bool IsAvailable(Summary summary) => summary.BenchmarksCases.Any(benchmarkCase => Work(benchmarkCase) is not null);

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    private double? Work(BenchmarkCase benchmarkCase)
    {
        if (unit == "GFLOP/s")
        {
            return benchmarkCase.Parameters.Items.Select(item => item.Value switch
            {
                Product product => product.Flops,
                Convolution convolution => convolution.Flops,
                _ => (double?)null,
            }).FirstOrDefault(flops => flops is not null);
        }

        double? bytes = benchmarkCase.Descriptor.WorkloadMethod.GetCustomAttribute<WorkAttribute>()?.Bytes;
        return bytes * benchmarkCase.Parameters.Items.Where(item => item.Name == "Length").Select(item => (int)item.Value).FirstOrDefault();
    }
}
