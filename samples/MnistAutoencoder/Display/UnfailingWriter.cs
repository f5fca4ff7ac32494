using System.Text;

namespace Quern.MnistAutoencoder.Display;

/// <summary>
/// A console that may break at any moment and says nothing of it: closed, on a full disk, or a terminal that went away. What is shown
/// never decides over what is trained.
/// </summary>
internal sealed class UnfailingWriter : TextWriter
{
    private readonly TextWriter? _inner;
    private volatile bool _isBroken;

    private UnfailingWriter(Func<TextWriter> open) => _inner = Try(open);

    public override Encoding Encoding => _inner?.Encoding ?? Encoding.UTF8;

    /// <summary>Puts one in front of standard output and standard error.</summary>
    public static void Install()
    {
        Console.SetOut(new UnfailingWriter(() => Console.Out));
        Console.SetError(new UnfailingWriter(() => Console.Error));
    }

    public override void Write(char value) => Try(writer => writer.Write(value));

    public override void Write(char[] buffer, int index, int count) => Try(writer => writer.Write(buffer, index, count));

    public override void Write(string? value) => Try(writer => writer.Write(value));

    public override void WriteLine(string? value) => Try(writer => writer.WriteLine(value));

    public override void Flush() => Try(writer => writer.Flush());

    private void Try(Action<TextWriter> write)
    {
        if (_isBroken || _inner is null)
        {
            return;
        }

        Try(() =>
        {
            write(_inner);
            return _inner;
        });
    }

    private TextWriter? Try(Func<TextWriter> action)
    {
        try
        {
            return action();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ObjectDisposedException or NotSupportedException)
        {
            _isBroken = true;
            return null;
        }
    }
}
