using System.Runtime.InteropServices;

namespace Quern.MnistAutoencoder;

/// <summary>Turns Ctrl-C, a polite request to end and a terminal that closes into a cancellation. A second Ctrl-C or request ends the program at once.</summary>
internal sealed class StopSignal : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;

    public StopSignal() =>
        _registrations = [.. ((PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP]).Select(signal => PosixSignalRegistration.Create(signal, Stop))];

    public CancellationToken Token => _source.Token;

    /// <summary>What a shell expects of a program that such a signal ended: 130, 143 or 129; 0 if there was none.</summary>
    public int ExitCode { get; private set; }

    public void Dispose()
    {
        // A signal that is being handled just now still cancels the source, which holds nothing that needs disposal.
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }
    }

    private void Stop(PosixSignalContext context)
    {
        // A closing terminal hangs up twice, once by its shell and once by the kernel: the second one asks for no haste.
        context.Cancel = !_source.IsCancellationRequested || context.Signal == PosixSignal.SIGHUP;
        ExitCode = context.Signal switch
        {
            PosixSignal.SIGTERM => 143,
            PosixSignal.SIGHUP => 129,
            _ => 130,
        };
        _source.Cancel();
    }
}
