using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Quern.Nn;
using Quern.Tensors;
using Tensor = Quern.Tensors.Tensor;

namespace Quern.Onnx.Tests;

/// <summary>Runs files in ONNX Runtime.</summary>
internal static class OnnxRuntime
{
    /// <summary>The output of a file's network for an input, with its shape.</summary>
    public static Tensor Run(string path, Tensor input)
    {
        using SessionOptions options = new() { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using InferenceSession session = new(path, options);
        DenseTensor<float> value = new(input.ToArray(), input.Shape.ToArray());
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> results =
            session.Run([NamedOnnxValue.CreateFromTensor(session.InputNames.Single(), value)]);
        DenseTensor<float> output = results.Single().AsTensor<float>().ToDenseTensor();
        return Tensor.From(output.Buffer.Span, Shape.Create(output.Dimensions));
    }

    /// <summary>Checks that a module in evaluation and the file give the same for batches of 1 and 5, within 1e-5.</summary>
    public static void AssertAgrees(Module module, string path, Shape sample, Generator generator, int indices = 0)
    {
        module.Eval();
        foreach (int batch in (int[])[1, 5])
        {
            var input = Tensor.Random(Shape.Create([batch, .. sample]), generator, -2, 2);
            if (indices > 0)
            {
                input = Tensor.From([.. input.ToArray().Select(value => MathF.Floor((value + 2) / 4 * indices))], input.Shape);
            }

            AssertEqual(module.Forward(input), Run(path, input));
        }
    }

    /// <summary>Checks that two tensors are the same within 1e-5, of 1 or of the number where that is more.</summary>
    public static void AssertEqual(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        foreach ((float ours, float theirs) in expected.ToArray().Zip(actual.ToArray()))
        {
            Assert.True(Math.Abs(ours - theirs) <= 1e-5 * Math.Max(1, Math.Abs(ours)), $"{theirs} where {ours} was expected.");
        }
    }
}
