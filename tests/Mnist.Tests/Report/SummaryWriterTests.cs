using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using Quern.Mnist.Report;
using Quern.Mnist.Tests.Data;

namespace Quern.Mnist.Tests.Report;

/// <summary>Reads event files as TensorBoard does, by the documents of its format, sharing nothing with what wrote them.</summary>
public sealed class SummaryWriterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("123456789", 0xe3069283)]
    [InlineData("", 0)]
    public void The_readers_checksum_is_the_Castagnoli_one(string text, uint expected) => Assert.Equal(expected, Crc32C(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void What_was_written_is_read_back_and_every_checksum_is_right()
    {
        (string Tag, double Value, long Step)[] points =
        [
            ("loss/train", 0.03125, 1), ("loss/validation", 1e-30, 1), ("learning_rate", 0.001, 300), ("a name with \u00e9 and more than 128 letters " + new string('x', 200), -2.5, long.MaxValue),
            ("nothing", double.NaN, 0), ("much", double.PositiveInfinity, 128),
        ];
        using (SummaryWriter writer = new(_folder.Path, new StandingClock()))
        {
            foreach (var (tag, value, step) in points)
            {
                writer.AddScalar(tag, value, step);
            }

            writer.Flush();
        }

        var events = ReadEvents(Assert.Single(SummaryWriter.FilesIn(_folder.Path)));

        Assert.All(events, one => Assert.Equal(1_700_000_000.25, one.WallTime));
        Assert.Equal(("brain.Event:2", 0L), (events[0].FileVersion, events[0].Step));
        Assert.Equal(points.Select(point => (point.Tag, (float)point.Value, point.Step)), events[1..].Select(one => (one.Tag!, one.Value, one.Step)));
    }

    [Fact]
    public void The_epochs_of_a_run_are_its_curves()
    {
        var epoch = Runs.History(1).Epochs[0];
        using (SummaryWriter writer = new(_folder.Path))
        {
            EpochLog.Add(writer, epoch);
            EpochLog.Add(writer, epoch with { Epoch = 2, LearningRate = 0.5, GradientNorm = 7 });
        }

        Assert.Equal(
            [("loss/train", 1), ("loss/validation", 1), ("loss/train", 2), ("loss/validation", 2), ("learning_rate", 2), ("gradient_norm", 2)],
            ReadEvents(SummaryWriter.FilesIn(_folder.Path)[0])[1..].Select(one => (one.Tag!, (int)one.Step)));
    }

    [Fact]
    public void A_second_writer_makes_a_file_of_its_own_whose_name_TensorBoard_knows()
    {
        StandingClock clock = new();
        using SummaryWriter one = new(_folder.Path, clock), other = new(_folder.Path, clock);

        var files = SummaryWriter.FilesIn(_folder.Path);
        Assert.Equal(2, files.Count);
        Assert.All(files, file => Assert.StartsWith("events.out.tfevents.1700000000.", Path.GetFileName(file)));
    }

    [Fact]
    public void TensorBoard_reads_it()
    {
        using (SummaryWriter writer = new(_folder.Path))
        {
            writer.AddScalar("loss/train", 0.5, 3);
        }

        const string Script = """
            import sys
            try:
                from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
            except ImportError:
                print("missing")
                sys.exit()
            curves = EventAccumulator(sys.argv[1])
            curves.Reload()
            print([(point.step, point.value) for point in curves.Scalars("loss/train")])
            """;
        string? answer = Python(Script, _folder.Path);
        Assert.SkipWhen(answer is null or "missing", "TensorBoard is not installed for python3.");
        Assert.Equal("[(3, 0.5)]", answer);
    }

    private static string? Python(string script, string argument)
    {
        try
        {
            using var python = Process.Start(new ProcessStartInfo("python3", ["-c", script, argument]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            string answer = python.StandardOutput.ReadToEnd().Trim();
            python.WaitForExit();
            return answer;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    // TFRecord: length, masked checksum of the length, content, masked checksum of the content.
    private static Event[] ReadEvents(string file)
    {
        ReadOnlySpan<byte> rest = File.ReadAllBytes(file);
        List<Event> events = [];
        while (!rest.IsEmpty)
        {
            int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(rest);
            Assert.Equal(Mask(Crc32C(rest[..8])), BinaryPrimitives.ReadUInt32LittleEndian(rest[8..]));
            ReadOnlySpan<byte> content = rest.Slice(12, length);
            Assert.Equal(Mask(Crc32C(content)), BinaryPrimitives.ReadUInt32LittleEndian(rest[(12 + length)..]));
            events.Add(ReadEvent(content));
            rest = rest[(16 + length)..];
        }

        return [.. events];
    }

    private static uint Mask(uint crc) => ((crc >> 15) | (crc << 17)) + 0xa282ead8;

    // Bit by bit, by the reversed polynomial 0x1edc6f41.
    private static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        uint crc = ~0u;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0x82f63b78;
            }
        }

        return ~crc;
    }

    private static Event ReadEvent(ReadOnlySpan<byte> message)
    {
        Event read = new();
        foreach (var (field, number, bytes) in Fields(message))
        {
            switch (field)
            {
                case 1: read.WallTime = BitConverter.UInt64BitsToDouble(number); break;
                case 2: read.Step = (long)number; break;
                case 3: read.FileVersion = Encoding.UTF8.GetString(bytes); break;
                case 5:
                    var value = Assert.Single(Fields(bytes));
                    Assert.Equal(1, value.Field);
                    foreach (var (part, bits, text) in Fields(value.Bytes))
                    {
                        read.Tag = part == 1 ? Encoding.UTF8.GetString(text) : read.Tag;
                        read.Value = part == 2 ? BitConverter.UInt32BitsToSingle((uint)bits) : read.Value;
                        Assert.InRange(part, 1, 2);
                    }

                    break;
                default: Assert.Fail($"There is no field {field}."); break;
            }
        }

        return read;
    }

    private static List<(int Field, ulong Number, byte[] Bytes)> Fields(ReadOnlySpan<byte> message)
    {
        List<(int, ulong, byte[])> fields = [];
        while (!message.IsEmpty)
        {
            ulong tag = Varint(ref message);
            ulong number = 0;
            byte[] bytes = [];
            switch (tag & 7)
            {
                case 0: number = Varint(ref message); break;
                case 1: number = BinaryPrimitives.ReadUInt64LittleEndian(message); message = message[8..]; break;
                case 2: int length = (int)Varint(ref message); bytes = message[..length].ToArray(); message = message[length..]; break;
                case 5: number = BinaryPrimitives.ReadUInt32LittleEndian(message); message = message[4..]; break;
                default: Assert.Fail("There is no such wire type."); break;
            }

            fields.Add(((int)(tag >> 3), number, bytes));
        }

        return fields;
    }

    private static ulong Varint(ref ReadOnlySpan<byte> message)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte next = message[0];
            message = message[1..];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }

    private sealed class Event
    {
        public double WallTime { get; set; }

        public long Step { get; set; }

        public string? FileVersion { get; set; }

        public string? Tag { get; set; }

        public float Value { get; set; }
    }

    private sealed class StandingClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddSeconds(1_700_000_000.25);
    }
}
