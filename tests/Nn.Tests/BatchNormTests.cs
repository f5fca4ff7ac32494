using Quern.Nn.Tests.Gradients;
using Quern.Tensors;

namespace Quern.Nn.Tests;

public class BatchNormTests
{
    [Fact]
    public void Training_normalises_with_the_batch_and_evaluation_with_the_running_statistics()
    {
        BatchNorm1d layer = new(1, epsilon: 0);
        Tensor input = Tensor.From([1, 3, 5, 7], [4, 1]);
        Assert.Equal([-1.3416408f, -0.4472136f, 0.4472136f, 1.3416408f], layer.Forward(input).ToArray().Select(value => value), (a, b) => Math.Abs(a - b) < 1e-6);

        // Mean 4; variance 5 over n, 20/3 over n - 1; a tenth of each joins 0 and 1.
        Assert.Equal(0.4f, layer.RunningMean.Value[0], 1e-6f);
        Assert.Equal(0.9f + (2f / 3), layer.RunningVariance.Value[0], 1e-6f);
        layer.Eval();
        Assert.Equal((5 - 0.4f) / MathF.Sqrt(0.9f + (2f / 3)), layer.Forward(input)[2, 0], 1e-5f);
    }

    [Fact]
    public void Evaluation_takes_a_batch_of_one_and_changes_no_statistics()
    {
        BatchNorm2d layer = new(2);
        layer.Forward(Samples.Tensor([3, 2, 4, 4], 1));
        float[] mean = layer.RunningMean.Value.ToArray();
        layer.Eval();
        layer.Forward(Samples.Tensor([1, 2, 1, 1], 2));
        Assert.Equal(mean, layer.RunningMean.Value.ToArray());
        Assert.Equal(1, layer.NamedBuffers.Single(named => named.Key == "num_batches_tracked").Value.Value.Item());
    }

    [Fact]
    public void Training_refuses_a_single_number_per_channel_and_says_what_to_do()
    {
        ShapeException error = Assert.Throws<ShapeException>(() => new BatchNorm1d(3).Forward(Tensor.Ones([1, 3])));
        Assert.Contains("Use a larger batch, or Eval()", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Buffers_have_PyTorchs_names_and_travel_in_state_files()
    {
        Sequential saved = new(new BatchNorm1d(3));
        saved.Forward(Samples.Tensor([5, 3], 1));
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            saved.Save(path);
            Assert.Equal(
                ["0.bias", "0.num_batches_tracked", "0.running_mean", "0.running_var", "0.weight"],
                SafeTensors.Read(path).Tensors.Keys.Order(StringComparer.Ordinal));
            Sequential loaded = new(new BatchNorm1d(3));
            loaded.Load(path);
            Assert.Equal(
                saved.NamedBuffers.Select(named => named.Value.Value.ToArray()), loaded.NamedBuffers.Select(named => named.Value.Value.ToArray()));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
