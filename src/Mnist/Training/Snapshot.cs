using Quern.Mnist.Models;
using Quern.Nn;
using Quern.Tensors;

namespace Quern.Mnist.Training;

/// <summary>A model and its optimizer as they were between two epochs, on their own device.</summary>
internal sealed class Snapshot
{
    private readonly ImageAutoencoder _model;
    private readonly Optimizer _optimizer;
    private readonly Dictionary<string, Tensor> _weights = [];
    private readonly Dictionary<string, Tensor> _moments = [];
    private long _stepCount;

    public Snapshot(ImageAutoencoder model, Optimizer optimizer)
    {
        _model = model;
        _optimizer = optimizer;
        Take();
    }

    /// <summary>Keeps what there is now.</summary>
    public void Take()
    {
        Keep(_weights, _model.State);
        Keep(_moments, _optimizer.State);
        _stepCount = _optimizer.StepCount;
    }

    /// <summary>Goes back to what was kept.</summary>
    public void Restore()
    {
        _model.Load(_weights);
        _optimizer.LoadState(_moments, _stepCount);
    }

    private static void Keep(Dictionary<string, Tensor> kept, IEnumerable<KeyValuePair<string, Tensor>> state)
    {
        foreach (var (name, tensor) in state)
        {
            if (kept.TryGetValue(name, out Tensor? copy))
            {
                copy.CopyFrom(tensor);
            }
            else
            {
                kept.Add(name, tensor.Clone());
            }
        }
    }
}
