using Quern.Tensors;

namespace Quern.Nn;

/// <summary>A place on the device for the loss of each batch of an epoch, and what was read of them.</summary>
internal sealed class LossLog
{
    private readonly BatchSource _source;
    private readonly Tensor _losses;
    private readonly Tensor[] _lossOf;
    private readonly float[] _read;
    private float[] _exchanged = [];
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

    /// <summary>Takes the losses of all batches, of which each process has computed its part, for those of the whole batches.</summary>
    /// <param name="group">The processes.</param>
    /// <param name="isSplit">False where every process has computed all of each batch: then those of process 0 count.</param>
    /// <param name="stop">Whether this process asks to stop.</param>
    /// <returns>Whether any process asks to stop.</returns>
    public bool Reduce(ProcessGroup group, bool isSplit, bool stop)
    {
        if (_exchanged.Length == 0)
        {
            _exchanged = new float[_read.Length + 1];
        }

        for (int step = 0; step < _read.Length; step++)
        {
            double share = isSplit ? (double)_source.BatchLength(step, group.Rank, group.Size) / _source.BatchLength(step)
                : group.Rank == 0 ? 1
                : 0;
            _exchanged[step] = share > 0 ? (float)(share * _read[step]) : 0;
        }

        _exchanged[^1] = stop ? 1 : 0;
        group.AllReduce(_exchanged);
        _sum = 0;
        for (int step = 0; step < _read.Length; step++)
        {
            _read[step] = _exchanged[step];
            _sum += (double)_read[step] * _source.BatchLength(step);
        }

        return _exchanged[^1] > 0;
    }

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
