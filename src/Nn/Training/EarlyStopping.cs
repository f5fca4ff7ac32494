using Quern.Tensors;

namespace Quern.Nn;

/// <summary>Ends a training when the validation loss has not improved for some epochs.</summary>
public sealed class EarlyStopping
{
    private readonly Dictionary<string, Tensor> _best = [];
    private readonly double _minimumImprovement;
    private readonly bool _restoreBest;
    private double _bestLoss = double.PositiveInfinity;

    /// <summary>Makes a rule, for one training.</summary>
    /// <param name="patience">How many epochs without improvement end the training: at least 1.</param>
    /// <param name="minimumImprovement">By how much the loss must fall below the best one to count: zero or more.</param>
    /// <param name="restoreBest">Whether the module gets the weights of its best epoch when the training ends.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number lies outside its range.</exception>
    public EarlyStopping(int patience, double minimumImprovement = 0, bool restoreBest = true)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(patience, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(minimumImprovement);
        Patience = patience;
        _minimumImprovement = minimumImprovement;
        _restoreBest = restoreBest;
    }

    /// <summary>How many epochs without improvement end the training.</summary>
    public int Patience { get; }

    /// <summary>The epoch with the lowest validation loss, from 1; zero before the first.</summary>
    public int BestEpoch { get; private set; }

    // Whether the training is to end after this epoch.
    internal bool EndsAfter(Module module, EpochReport report)
    {
        double loss = report.ValidationLoss!.Value;
        if (BestEpoch == 0 || loss < _bestLoss - _minimumImprovement)
        {
            BestEpoch = report.Epoch;
            _bestLoss = loss;
            if (_restoreBest)
            {
                Keep(module);
            }
        }

        return report.Epoch - BestEpoch >= Patience;
    }

    internal void Restore(Module module)
    {
        if (_best.Count > 0)
        {
            module.Load(_best);
        }
    }

    private void Keep(Module module)
    {
        foreach ((string name, Tensor tensor) in module.State)
        {
            if (_best.TryGetValue(name, out Tensor? copy))
            {
                copy.CopyFrom(tensor);
            }
            else
            {
                _best.Add(name, tensor.Clone());
            }
        }
    }
}
