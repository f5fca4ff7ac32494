using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Quern.Tensors;

namespace Quern.Nn;

/// <summary>
/// Keeps the copies of a module in several processes equal: all begin with the weights of process 0, and take the mean of their gradients before each
/// step. <see cref="Trainer.ProcessGroup"/> uses it; for a loop of one's own, call <see cref="ReduceGradients"/> between the backward pass and the
/// optimizer's step.
/// </summary>
/// <remarks>
/// The gradients of all parameters are exchanged at once, from one buffer in host memory. Batch norm takes its statistics over the samples
/// of one process, as in PyTorch; <see cref="AverageBuffers"/> makes the running ones equal.
/// </remarks>
public sealed class DistributedDataParallel
{
    // What is exchanged after the gradients and the marks of the parameters that have one: the loss, and the number of processes that ask to stop.
    private const int Extras = 2;

    private readonly Module _module;
    private readonly IReadOnlyList<Parameter> _parameters;
    private readonly Tensor _exchanged;
    private readonly Tensor _share;
    private readonly int _gradientLength;

    /// <summary>Makes the buffer; exchanges nothing.</summary>
    /// <param name="module">The module: of the same parameters in every process, on any device.</param>
    /// <param name="group">The processes.</param>
    /// <exception cref="ArgumentException">The module has no parameters.</exception>
    public DistributedDataParallel(Module module, ProcessGroup group)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(group);
        _module = module;
        _parameters = module.Parameters;
        if (_parameters.Count == 0)
        {
            throw new ArgumentException("DistributedDataParallel: the module has no parameters, so there are no gradients to exchange.", nameof(module));
        }

        Group = group;
        Device host = _parameters[0].Value.Device as CpuDevice ?? Device.Cpu;
        _gradientLength = checked((int)_parameters.Sum(parameter => parameter.Value.ElementCount));
        _exchanged = Tensor.Zeros([checked(_gradientLength + _parameters.Count + Extras)], host);
        _share = Tensor.Zeros([], host);
    }

    /// <summary>The processes.</summary>
    public ProcessGroup Group { get; }

    /// <summary>Gives the module of every process the parameters and buffers of process 0.</summary>
    /// <exception cref="ProcessGroupException">The modules have other parameters or buffers, by name or shape.</exception>
    public void BroadcastState()
    {
        string names = string.Join('\n', _module.State.Select(named => $"{named.Key} {named.Value.Shape}"));
        Group.CheckSame("parameters and buffers, by name or shape,", MemoryMarshal.AsBytes<char>(names));
        foreach ((_, Tensor tensor) in _module.State)
        {
            float[] values = tensor.ToArray();
            Group.Broadcast(MemoryMarshal.AsBytes(values.AsSpan()), root: 0);
            tensor.CopyFrom(values);
        }
    }

    /// <summary>Makes sure that the parameters and buffers of all processes are the same to the bit.</summary>
    /// <exception cref="ProcessGroupException">They are not.</exception>
    public void CheckState() => Group.CheckSame("weights", Fingerprint(_module.State));

    /// <summary>Replaces the gradient of every parameter by the sum over the processes of each one's share times its gradient.</summary>
    /// <param name="share">
    /// The part of the batch's samples that this process has: with a loss that is a mean over samples, the sum is then the gradient over the whole batch. 0 for
    /// a process without samples, whose gradients do not matter.
    /// </param>
    /// <remarks>A parameter has a gradient afterwards if it had one in any process with samples.</remarks>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="share"/> is not from 0 to 1.</exception>
    public void ReduceGradients(double share) => Reduce(share, loss: 0, stop: false);

    /// <summary>Replaces every buffer of the module, such as a running mean, by its mean over the processes.</summary>
    public void AverageBuffers()
    {
        foreach ((_, BufferTensor buffer) in _module.NamedBuffers)
        {
            float[] values = buffer.Value.ToArray();
            Group.AllReduce(values);
            for (int i = 0; i < values.Length; i++)
            {
                values[i] /= Group.Size;
            }

            buffer.Value.CopyFrom(values);
        }
    }

    /// <summary><see cref="ReduceGradients"/>, and with the gradients the mean loss and a request to stop.</summary>
    /// <returns>The loss of the whole batch, and whether any process asks to stop: the same in all of them.</returns>
    internal (float Loss, bool Stop) Reduce(double share, float loss, bool stop)
    {
        if (!(share is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(share), share, $"DistributedDataParallel: the share is {share}; it must be from 0 to 1.");
        }

        Span<float> exchanged = _exchanged.AsSpan();
        Span<float> marks = exchanged.Slice(_gradientLength, _parameters.Count);
        exchanged.Clear();
        if (share > 0)
        {
            Gather(exchanged, marks);
            exchanged[^Extras] = loss;
            _share.AsSpan()[0] = (float)share;
            _exchanged.Multiply(_share, _exchanged);
        }

        exchanged[^1] = stop ? 1 : 0;
        Group.AllReduce(exchanged);
        Scatter(exchanged, marks);
        return (exchanged[^Extras], exchanged[^1] > 0);
    }

    /// <summary>What tensors hold, hashed together.</summary>
    internal static byte[] Fingerprint(IEnumerable<KeyValuePair<string, Tensor>> state)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((string name, Tensor tensor) in state)
        {
            hash.AppendData(MemoryMarshal.AsBytes<char>(name));
            hash.AppendData(MemoryMarshal.AsBytes<float>(tensor.ToArray()));
        }

        return hash.GetHashAndReset();
    }

    private void Gather(Span<float> exchanged, Span<float> marks)
    {
        int start = 0;
        for (int i = 0; i < _parameters.Count; i++)
        {
            Parameter parameter = _parameters[i];
            int length = (int)parameter.Value.ElementCount;
            if (parameter.HasGradient)
            {
                parameter.Gradient.CopyTo(exchanged.Slice(start, length));
                marks[i] = 1;
            }

            start += length;
        }
    }

    private void Scatter(ReadOnlySpan<float> exchanged, ReadOnlySpan<float> marks)
    {
        int start = 0;
        for (int i = 0; i < _parameters.Count; i++)
        {
            int length = (int)_parameters[i].Value.ElementCount;
            if (marks[i] > 0)
            {
                _parameters[i].AccumulateGradient(out _).CopyFrom(exchanged.Slice(start, length));
            }
            else
            {
                _parameters[i].ZeroGradient();
            }

            start += length;
        }
    }
}
