using Microsoft.ML.OnnxRuntime;

namespace Quern.Benchmarks.Compare.Peers;

/// <summary>A network in ONNX Runtime, which any number of threads may ask at once. Each call runs on the thread that makes it.</summary>
internal sealed class OnnxRuntimeNetwork : IDisposable
{
    private readonly RunOptions _runOptions = new();
    private readonly InferenceSession _session;

    /// <param name="path">The file.</param>
    public OnnxRuntimeNetwork(string path)
    {
        using SessionOptions options = new() { IntraOpNumThreads = 1, InterOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        _session = new InferenceSession(path, options);
    }

    /// <summary>Makes a call with an input of its own, in the way that the runtime recommends: the input is not copied.</summary>
    /// <param name="input">The numbers of the input.</param>
    /// <param name="batch">How many samples they are.</param>
    public Func<float[]> Caller(float[] input, int batch)
    {
        var value = OrtValue.CreateTensorValueFromMemory(input, [batch, input.Length / batch]);
        return () =>
        {
            using IDisposableReadOnlyCollection<OrtValue> results = _session.Run(_runOptions, _session.InputNames, [value], _session.OutputNames);
            return results[0].GetTensorDataAsSpan<float>().ToArray();
        };
    }

    public void Dispose()
    {
        _session.Dispose();
        _runOptions.Dispose();
    }
}
