namespace Quern.Nn;

/// <summary>
/// Watches over the passes of a module or a loss that keeps something for its backward pass: they are taken by one thread at a time, and
/// each forward pass that is to be taken back is taken back before the next.
/// </summary>
/// <param name="label">What the errors call the module.</param>
internal sealed class Passes(Func<string> label)
{
    private const int None = 0;
    private const int TakenBack = -1;
    private const int Refused = -2;

    // The thread that is in a pass, or 0.
    private int _thread;

    // How many forward passes were not taken back, or one of the states above.
    private int _forwards;

    /// <summary>Begins a pass; the turn ends when it is disposed. A pass within a pass of the same thread is part of it.</summary>
    /// <exception cref="InvalidOperationException">Another thread is in a pass.</exception>
    public Turn Enter(string pass)
    {
        int self = Environment.CurrentManagedThreadId;
        int found = Interlocked.CompareExchange(ref _thread, self, 0);
        return found == 0 ? new Turn(this)
            : found == self ? default
            : throw new InvalidOperationException(
                $"{label()}.{pass}: another thread is in a pass of the same object. What keeps a pass for Backward serves one thread at a time; after Eval(), a module and those it registered (Register, Follow) answer any number.");
    }

    /// <summary>Begins a backward pass.</summary>
    /// <param name="forwardOnce">What to do instead of a second forward pass, for the error.</param>
    /// <exception cref="InvalidOperationException">There was no forward pass, or more than one since the last; or another thread is in a pass.</exception>
    public Turn EnterBackward(string forwardOnce)
    {
        Turn turn = Enter("Backward");
        int forwards = _forwards;
        if (forwards is 1 or TakenBack)
        {
            _forwards = TakenBack;
            return turn;
        }

        _forwards = forwards == None ? None : Refused;
        turn.Dispose();
        throw forwards == None
            ? LayerChecks.NoForward(label())
            : new InvalidOperationException(
                $"{label()}.Backward: Forward ran more than once since the last Backward, and only its last pass is kept. Call Backward after each Forward; {forwardOnce}.");
    }

    /// <summary>A forward pass has ended.</summary>
    public void Forwarded() => _forwards = Math.Max(_forwards, 0) + 1;

    /// <summary>From here on there was no forward pass.</summary>
    public void Forget() => _forwards = None;

    /// <summary>A pass under way.</summary>
    public readonly ref struct Turn(Passes? passes)
    {
        /// <summary>Ends the pass.</summary>
        public void Dispose()
        {
            if (passes is not null)
            {
                Volatile.Write(ref passes._thread, 0);
            }
        }
    }
}
