using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Quern.Tensors;

namespace Quern.Nn;

// Training in several processes at once.
public partial class Trainer
{
    private DistributedDataParallel? _parallel;
    private long _communicationTicks;

    /// <summary>
    /// The processes that train together: each takes its part of every batch, and the step is that of the whole batch. Null for this process alone.
    /// </summary>
    /// <remarks>
    /// <para>All have the same module, optimizer, loss and samples, and batches of the same size; they begin with the weights of process 0. Every process
    /// calls <see cref="Fit"/>, <see cref="TrainEpoch"/> and <see cref="Evaluate"/> alike, and gets the same losses. A cancellation that one of them asks for
    /// ends all after the same step. Validation is split as well if there are no <see cref="Metrics"/>, which need every output.</para>
    /// <para>The losses are those of one process but for rounding, if the loss of a batch is the mean of those of its samples. They are others where a
    /// sample's loss depends on the rest of its batch, as with batch norm or class weights, and where layers draw random numbers, as dropout does.</para>
    /// </remarks>
    public ProcessGroup? ProcessGroup { get; init; }

    private static OperationCanceledException Cancelled(CancellationToken cancellationToken) => cancellationToken.IsCancellationRequested
        ? new OperationCanceledException(cancellationToken)
        : new OperationCanceledException("Another process asked to stop.");

    // Before the first epoch: the same weights in all processes, and the same everything else.
    private void StartTogether(BatchSource training)
    {
        if (ProcessGroup is null || _parallel is not null)
        {
            return;
        }

        ProcessGroup.CheckSame(
            "samples, batch sizes or epochs behind them",
            Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{training.SampleCount} {training.BatchSize} {training.BatchCount} {Epoch}")));
        DistributedDataParallel parallel = new(Module, ProcessGroup);
        parallel.BroadcastState();
        ProcessGroup.CheckSame(
            "optimizer states", [.. MemoryMarshal.AsBytes<long>([_optimizer.StepCount]), .. DistributedDataParallel.Fingerprint(_optimizer.State)]);
        _parallel = parallel;
    }

    // The gradients of the whole batch instead of those of this process's part.
    private bool ReduceStep(Tensor loss, double share, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        float own = share > 0 ? loss.Item() : 0;
        (float mean, bool stop) = _parallel!.Reduce(share, own, cancellationToken.IsCancellationRequested);
        loss.CopyFrom([mean]);
        _communicationTicks += Stopwatch.GetTimestamp() - start;
        return stop;
    }

    // After the steps of an epoch: the same buffers in all processes, and proof that the weights are still the same.
    private void EndTogether()
    {
        if (_parallel is not null)
        {
            long start = Stopwatch.GetTimestamp();
            _parallel.AverageBuffers();
            _parallel.CheckState();
            _communicationTicks += Stopwatch.GetTimestamp() - start;
        }
    }
}
