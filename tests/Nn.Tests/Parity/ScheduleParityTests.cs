using Quern.Tensors;

namespace Quern.Nn.Tests.Parity;

/// <summary>Learning rates against PyTorch's, before the first step and after each of 12.</summary>
public class ScheduleParityTests
{
    private static readonly ParityFigures Figures = ParityFigures.Read("schedules.safetensors");

    // The schedules of make_figures.py, by the same names.
    private static readonly Dictionary<string, Func<Optimizer, Schedule>> Schedules = new()
    {
        ["step"] = optimizer => new StepSchedule(optimizer, 3),
        ["step_half"] = optimizer => new StepSchedule(optimizer, 1, 0.5),
        ["cosine"] = optimizer => new CosineSchedule(optimizer, 12),
        ["cosine_minimum"] = optimizer => new CosineSchedule(optimizer, 5, 0.01),
        ["warm_up"] = optimizer => new WarmUpSchedule(optimizer, 5),
        ["warm_up_cosine"] = optimizer => new WarmUpSchedule(optimizer, 4, new CosineSchedule(optimizer, 8), 0.1),
    };

    public static TheoryData<string> Names => [.. Schedules.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_schedule_agrees_with_PyTorch(string name)
    {
        Sgd optimizer = new([new Parameter(Tensor.Zeros([1]))], 0.2);
        Schedule schedule = Schedules[name](optimizer);
        List<double> rates = [optimizer.LearningRate];
        for (int step = 0; step < 12; step++)
        {
            schedule.Step();
            rates.Add(optimizer.LearningRate);
        }

        Assert.Equal(12, schedule.StepCount);
        Assert.All(Figures[name].Zip(rates), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    [Fact]
    public void Every_committed_figure_is_compared() =>
        Assert.Equal(Figures.Names.Order(StringComparer.Ordinal), Schedules.Keys.Order(StringComparer.Ordinal));
}
