using System.Buffers.Binary;
using Quern.Mnist.Data;

namespace Quern.Mnist.Tests.Data;

public class IdxReaderTests
{
    private static readonly byte[] Elements = [.. Enumerable.Range(0, 2 * 3 * 5).Select(i => (byte)(7 * i))];

    private static readonly byte[] File = IdxBytes.Plain([2, 3, 5], Elements);

    private static IdxArray Read(byte[] bytes, int maxBytes = IdxReader.DefaultMaxBytes)
    {
        // From a pipe the same is read, or the same refused.
        IdxArray? array = null;
        Exception? problem = Record.Exception(() => array = IdxReader.Read(new MemoryStream(bytes), "the file", maxBytes));
        IdxArray? ofPipe = null;
        Exception? problemOfPipe = Record.Exception(() => ofPipe = IdxReader.Read(new PipeStream(bytes), "the file", maxBytes));
        Assert.Equal(problem?.GetType(), problemOfPipe?.GetType());
        if (problem is not null)
        {
            throw problem;
        }

        Assert.Equal(array!.Bytes, ofPipe!.Bytes);
        Assert.Equal(array.Dimensions.ToArray(), ofPipe.Dimensions.ToArray());
        return array;
    }

    private static string MessageOf(byte[] bytes, int maxBytes = IdxReader.DefaultMaxBytes)
    {
        string message = Assert.Throws<DataFormatException>(() => Read(bytes, maxBytes)).Message;
        Assert.StartsWith("'the file' ", message, StringComparison.Ordinal);
        return message;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_file_is_read_with_its_dimensions_whether_gzipped_or_not(bool zipped)
    {
        IdxArray array = Read(zipped ? IdxBytes.Zip(File) : File);

        Assert.Equal([2, 3, 5], array.Dimensions.ToArray());
        Assert.Equal(Elements, array.Bytes);
    }

    [Fact]
    public void The_checksum_is_that_of_the_decompressed_file() =>
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File)), Read(IdxBytes.Zip(File)).Sha256());

    [Fact]
    public void A_file_larger_than_the_first_buffer_is_read_whole()
    {
        byte[] elements = new byte[300_007];
        new Random(1).NextBytes(elements);

        Assert.Equal(elements, Read(IdxBytes.Zip(IdxBytes.Plain([elements.Length], elements))).Bytes);
    }

    [Fact]
    public void An_axis_of_length_zero_gives_no_elements() => Assert.Empty(Read(IdxBytes.Plain([0, int.MaxValue, int.MaxValue], [])).Bytes);

    [Fact]
    public void Every_truncation_of_a_file_is_refused()
    {
        byte[] zipped = IdxBytes.Zip(File);

        Assert.All(Enumerable.Range(0, File.Length), length => MessageOf(File[..length]));
        Assert.All(Enumerable.Range(0, zipped.Length), length => MessageOf(zipped[..length]));
    }

    [Fact]
    public void Bytes_after_the_last_element_are_refused()
    {
        Assert.Contains("goes on after the 30 elements (2x3x5)", MessageOf([.. File, 0]), StringComparison.Ordinal);
        Assert.Contains("goes on after", MessageOf(IdxBytes.Zip([.. File, 0])), StringComparison.Ordinal);
        Assert.Contains("after its end", MessageOf([.. IdxBytes.Zip(File), 1, 2, 3]), StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_file_is_called_empty() => Assert.Contains("is empty", MessageOf([]), StringComparison.Ordinal);

    [Fact]
    public void Another_kind_of_file_is_told_apart() =>
        Assert.Contains("begins with the bytes 3C68746D", MessageOf("<html></html>"u8.ToArray()), StringComparison.Ordinal);

    [Fact]
    public void Elements_that_are_not_bytes_are_refused()
    {
        byte[] file = [.. File];
        file[2] = 0x0D;

        Assert.Contains("IDX type 0x0D", MessageOf(file), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(int.MaxValue, 28, 28)]
    [InlineData(-1, 28, 28)]
    [InlineData(int.MinValue, 1, 1)]
    [InlineData(65536, 65536, 1)]
    [InlineData(int.MaxValue, int.MaxValue, int.MaxValue)]
    public void A_header_that_claims_more_than_memory_is_refused_before_anything_is_read(int count, int rows, int columns)
    {
        byte[] file = IdxBytes.Plain([count, rows, columns], new byte[100]);

        long before = GC.GetAllocatedBytesForCurrentThread();
        string message = MessageOf(file);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
        Assert.Contains("claims", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_claim_without_the_bytes_to_it_costs_no_memory()
    {
        byte[] zipped = IdxBytes.Zip(IdxBytes.Plain([1_000_000_000], new byte[1000]));

        long before = GC.GetAllocatedBytesForCurrentThread();
        MessageOf(zipped);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 300_000);
    }

    [Fact]
    public void A_claim_that_the_end_of_the_gzip_file_repeats_costs_no_memory()
    {
        byte[] zipped = IdxBytes.Zip(IdxBytes.Plain([1_000_000_000], new byte[1000]));
        BinaryPrimitives.WriteInt32LittleEndian(zipped.AsSpan(^4..), 8 + 1_000_000_000);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("truncated", MessageOf(zipped), StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 300_000);
    }

    [Fact]
    public void A_gzip_bomb_is_left_unread_beyond_what_its_header_promises()
    {
        byte[] bomb = IdxBytes.Zip(IdxBytes.Plain([10, 10], new byte[64 << 20]));

        long before = GC.GetAllocatedBytesForCurrentThread();
        MessageOf(bomb);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 300_000);
    }

    [Fact]
    public void A_small_file_takes_no_gigabyte_before_it_is_refused()
    {
        // Noise, since a megabyte of zeros might hold the gigabyte that is claimed.
        byte[] noise = new byte[1 << 20];
        new Random(1).NextBytes(noise);
        byte[] zipped = IdxBytes.Zip(IdxBytes.Plain([1_000_000_000], noise));
        BinaryPrimitives.WriteInt32LittleEndian(zipped.AsSpan(^4..), 8 + 1_000_000_000);

        foreach (Stream stream in new Stream[] { new MemoryStream(zipped), new PipeStream(zipped) })
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Throws<DataFormatException>(() => IdxReader.Read(stream, "the file"));
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 150L << 20);
        }
    }

    [Fact]
    public void Gzip_of_several_members_and_with_zeros_at_its_end_is_read()
    {
        byte[] inThree = [.. IdxBytes.Zip(File[..3]), .. IdxBytes.Zip([]), .. IdxBytes.Zip(File[3..])];

        Assert.Equal(Elements, Read(inThree).Bytes);
        Assert.Equal(Elements, Read([.. inThree, .. new byte[512]]).Bytes);
        Assert.Equal(Elements, Read([.. IdxBytes.Zip(File), 0]).Bytes);
        Assert.Contains("after its end", MessageOf([.. inThree, 0, 7]), StringComparison.Ordinal);
        Assert.Contains("truncated", MessageOf(inThree[..^1]), StringComparison.Ordinal);
    }

    [Fact]
    public void Members_that_end_anywhere_in_a_buffer_are_read()
    {
        byte[] elements = new byte[70_000];
        new Random(3).NextBytes(elements);
        byte[] file = IdxBytes.Plain([elements.Length], elements);

        Assert.All([1, 8180, 8190, 8191, 8192, 8193, 20_000], cut =>
            Assert.Equal(elements, Read([.. IdxBytes.Zip(file[..cut]), .. IdxBytes.Zip(file[cut..])]).Bytes));
    }

    [Fact]
    public void The_optional_parts_of_a_gzip_header_are_passed_over()
    {
        byte[] zipped = IdxBytes.Zip(File);
        byte[] decorated = [.. zipped[..3], 2 | 4 | 8 | 16, .. zipped[4..10], 3, 0, 9, 9, 9, .. "name\0comment\0"u8, 1, 2, .. zipped[10..]];

        // Only the exact reader, which the zeros call for, reads the header itself.
        Assert.Equal(Elements, Read([.. decorated, 0]).Bytes);
    }

    [Theory]
    [InlineData(-8)]
    [InlineData(-5)]
    [InlineData(-4)]
    [InlineData(-1)]
    public void A_wrong_checksum_is_called_that(int at)
    {
        byte[] zipped = IdxBytes.Zip(File);
        zipped[zipped.Length + at] ^= 1;

        Assert.Contains("checksum is not that of its contents", MessageOf(zipped), StringComparison.Ordinal);
        Assert.Contains("checksum is not that of its contents", MessageOf([.. zipped, .. IdxBytes.Zip([])]), StringComparison.Ordinal);
    }

    [Fact]
    public void Contents_that_differ_from_their_checksum_are_refused()
    {
        byte[] stored = new MemoryStream().ToArray();
        using (MemoryStream zipped = new())
        {
            using (System.IO.Compression.GZipStream zip = new(zipped, System.IO.Compression.CompressionLevel.NoCompression, leaveOpen: true))
            {
                zip.Write(File);
            }

            stored = zipped.ToArray();
        }

        stored[^10] ^= 1;

        Assert.Contains("checksum is not that of its contents", MessageOf(stored), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Both_bytes_that_begin_a_file_are_zero(int at)
    {
        byte[] file = [.. File];
        file[at] = 1;

        Assert.Contains("is not an IDX file", MessageOf(file), StringComparison.Ordinal);
    }

    [Fact]
    public void The_callers_limit_is_kept()
    {
        Assert.Equal(30, Read(File, maxBytes: 30).Bytes.Length);
        Assert.Contains("more than the 29", MessageOf(File, maxBytes: 29), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_an_error_that_names_it()
    {
        string path = Path.Combine(Path.GetTempPath(), "quern-no-such-file");

        Assert.Contains(path, Assert.Throws<DatasetException>(() => IdxReader.Read(path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Whatever_a_file_holds_it_is_read_or_refused_with_the_documented_exception(bool zipped)
    {
        byte[] whole = zipped ? IdxBytes.Zip(File) : File;
        int read = 0, refused = 0;
        for (int seed = 0; seed < 4000; seed++)
        {
            byte[] mutant = Mutate(whole, new Random(seed));
            Stream stream = seed % 2 == 0 ? new MemoryStream(mutant) : new PipeStream(mutant);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                IdxArray array = IdxReader.Read(stream, "the file", maxBytes: 1 << 20);
                Assert.Equal(array.Bytes.Length, array.Dimensions.ToArray().Aggregate(1L, (product, d) => product * d));
                read++;
            }
            catch (DataFormatException)
            {
                refused++;
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 500_000);
        }

        Assert.True(read > 10 && refused > 1000, $"{read} read, {refused} refused");
    }

    /// <summary>Gives bytes once, a few at a time, as a pipe does.</summary>
    private sealed class PipeStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override long Seek(long offset, SeekOrigin loc) => throw new NotSupportedException();

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, 1000)]);

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 1000));
    }

    private static byte[] Mutate(byte[] file, Random random)
    {
        List<byte> bytes = [.. file];
        for (int change = random.Next(1, 4); change > 0 && bytes.Count > 4; change--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[at] = (byte)random.Next(256); break;
                case 2: bytes.RemoveRange(at, bytes.Count - at); break;
                case 3: bytes.Insert(at, (byte)random.Next(256)); break;
                case 4: bytes.AddRange(bytes.GetRange(at, bytes.Count - at)); break;
                default:
                    byte[] number = new byte[4];
                    BinaryPrimitives.WriteInt32BigEndian(number, random.Next(2) == 0 ? random.Next(40) : int.MaxValue - random.Next(3));
                    int start = random.Next(Math.Min(16, bytes.Count - 3));
                    bytes.RemoveRange(start, 4);
                    bytes.InsertRange(start, number);
                    break;
            }
        }

        return [.. bytes];
    }
}
