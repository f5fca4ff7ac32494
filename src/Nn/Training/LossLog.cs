using Quern.Tensors;

namespace Quern.Nn;

/// <summary>A place on the device for the loss of each batch of an epoch, and what was read of them.</summary>
internal sealed class LossLog
{
    private readonly BatchSource _source;
    private readonly Tensor _losses;
    private readonly Tensor[] _lossOf;
    private readonly float[] _read;
    private int _stepsRead;
    private double _sum;

    public LossLog(BatchSource source, Device device)
    {
        _source = source;
        _losses = Tensor.Zeros([source.BatchCount], device);
        _lossOf = [.. Enumerable.Range(0, source.BatchCount).Select(batch => _losses.Rows(batch, 1))];
        _read = new float[source.BatchCount];
    }

    /// <summary>Samples whose losses have been read.</summary>
    public int SamplesRead { get; private set; }

    /// <summary>The mean loss over them.</summary>
    public double Mean => _sum / SamplesRead;

    public bool IsOf(BatchSource source, Device device) => ReferenceEquals(_source, source) && _losses.Device == device;

    /// <summary>Where the loss of a batch is written.</summary>
    public Tensor LossOf(int batch) => _lossOf[batch];

    /// <summary>The loss of a batch that was read.</summary>
    public float Read(int batch) => _read[batch];

    public float[] ToArray() => _losses.ToArray();

    public void Clear() => (_stepsRead, _sum, SamplesRead) = (0, 0, 0);

    /// <summary>Reads the losses of the first steps, and says from which on they are new.</summary>
    public int ReadUpTo(int steps)
    {
        int first = _stepsRead;
        for (int step = first; step < steps; step++)
        {
            if (_losses.Device is CpuDevice)
            {
                _read[step] = _lossOf[step].Item();
            }
            else if (step == first)
            {
                _losses.CopyTo(_read);
            }

            _sum += (double)_read[step] * _source.BatchLength(step);
            SamplesRead += _source.BatchLength(step);
        }

        _stepsRead = steps;
        return first;
    }
}
