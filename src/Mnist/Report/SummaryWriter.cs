using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace Quern.Mnist.Report;

/// <summary>Writes an event file of TensorBoard, with a curve for each name that is given.</summary>
/// <remarks>
/// The file is a TFRecord of protobuf messages (<c>tensorflow.Event</c>): each record is its length in eight bytes, the checksum of those, the
/// message, and its checksum, all low byte first. A checksum is the CRC-32C, turned right by 15 bits and increased by 0xa282ead8. Source:
/// tensorflow/core/lib/io/record_writer.h and tensorflow/core/util/event.proto.
/// </remarks>
public sealed class SummaryWriter : IDisposable
{
    private const string Prefix = "events.out.tfevents.";

    private static int _made;

    private readonly FileStream _file;
    private readonly TimeProvider _clock;

    /// <summary>Starts a file in a folder, beside those that are there; TensorBoard reads them as one run.</summary>
    /// <param name="folder">The folder of the run; made if need be.</param>
    /// <exception cref="IOException">The file cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public SummaryWriter(string folder)
        : this(folder, TimeProvider.System)
    {
    }

    internal SummaryWriter(string folder, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(folder);
        _clock = clock;
        Directory.CreateDirectory(folder);
        string name = string.Create(
            CultureInfo.InvariantCulture,
            $"{Prefix}{clock.GetUtcNow().ToUnixTimeSeconds():D10}.{Environment.MachineName}.{Environment.ProcessId}.{Interlocked.Increment(ref _made)}");
        // Whoever watches may read it meanwhile.
        _file = new FileStream(Path.Combine(folder, name), FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        using var version = StartEvent();
        WriteText(version, field: 3, "brain.Event:2");
        WriteRecord(version);
        _file.Flush();
    }

    /// <summary>Event files that lie in a folder.</summary>
    /// <param name="folder">The folder; it need not exist.</param>
    public static IReadOnlyList<string> FilesIn(string folder) => Directory.Exists(folder) ? Directory.GetFiles(folder, Prefix + "*") : [];

    /// <summary>Adds a point to a curve.</summary>
    /// <param name="tag">The curve's name, such as <c>loss/train</c>; curves with the same word before the slash are shown together.</param>
    /// <param name="value">Its value, kept in single precision.</param>
    /// <param name="step">The step or epoch.</param>
    public void AddScalar(string tag, double value, long step)
    {
        ArgumentNullException.ThrowIfNull(tag);
        using MemoryStream point = new();
        WriteText(point, field: 1, tag);
        WriteTag(point, field: 2, wireType: 5);
        Span<byte> number = stackalloc byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(number, (float)value);
        point.Write(number);

        using MemoryStream summary = new();
        WriteBytes(summary, field: 1, Content(point));
        using var message = StartEvent();
        WriteTag(message, field: 2, wireType: 0);
        WriteVarint(message, (ulong)step);
        WriteBytes(message, field: 5, Content(summary));
        WriteRecord(message);
    }

    /// <summary>Hands what was added to the operating system, so that TensorBoard finds it.</summary>
    public void Flush() => _file.Flush();

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    // A message with the time of now: double wall_time = 1.
    private MemoryStream StartEvent()
    {
        MemoryStream message = new();
        WriteTag(message, field: 1, wireType: 1);
        Span<byte> time = stackalloc byte[sizeof(double)];
        BinaryPrimitives.WriteDoubleLittleEndian(time, _clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0);
        message.Write(time);
        return message;
    }

    private void WriteRecord(MemoryStream message)
    {
        ReadOnlySpan<byte> content = Content(message);
        Span<byte> length = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteInt64LittleEndian(length, content.Length);
        _file.Write(length);
        WriteChecksum(length);
        _file.Write(content);
        WriteChecksum(content);
    }

    private void WriteChecksum(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        Span<byte> masked = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(masked, BitOperations.RotateRight(~crc, 15) + 0xa282ead8);
        _file.Write(masked);
    }

    private static void WriteText(MemoryStream to, int field, string text) => WriteBytes(to, field, Encoding.UTF8.GetBytes(text));

    private static void WriteBytes(MemoryStream to, int field, ReadOnlySpan<byte> bytes)
    {
        WriteTag(to, field, wireType: 2);
        WriteVarint(to, (ulong)bytes.Length);
        to.Write(bytes);
    }

    private static void WriteTag(MemoryStream to, int field, int wireType) => WriteVarint(to, (ulong)((field << 3) | wireType));

    private static void WriteVarint(MemoryStream to, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            to.WriteByte((byte)(value | 0x80));
        }

        to.WriteByte((byte)value);
    }

    private static ReadOnlySpan<byte> Content(MemoryStream stream) => stream.GetBuffer().AsSpan(0, (int)stream.Length);
}
