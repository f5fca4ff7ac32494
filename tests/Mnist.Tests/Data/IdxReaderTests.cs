using System.Buffers.Binary;
using Quern.Mnist.Data;

namespace Quern.Mnist.Tests.Data;

public class IdxReaderTests
{
    private static readonly byte[] Elements = [.. Enumerable.Range(0, 2 * 3 * 5).Select(i => (byte)(7 * i))];

    private static readonly byte[] File = IdxBytes.Plain([2, 3, 5], Elements);

    private static IdxArray Read(byte[] bytes, int maxBytes = IdxReader.DefaultMaxBytes) =>
        IdxReader.Read(new MemoryStream(bytes), "the file", maxBytes);

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
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                IdxArray array = Read(mutant, maxBytes: 1 << 20);
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
