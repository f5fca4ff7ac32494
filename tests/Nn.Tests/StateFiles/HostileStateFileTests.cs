using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Quern.Tensors;

namespace Quern.Nn.Tests.StateFiles;

/// <summary>
/// Whatever the bytes of a file, it is read or refused by the reader's own exception, in memory proportional to its length.
/// <c>QUERN_MUTATIONS=100000 dotnet test</c> tries more files than are tried by default.
/// </summary>
public sealed class HostileStateFileTests
{
    private const int DefaultMutations = 5000;

    private static readonly string[] Tokens =
    [
        "-1", "0", "1", "2147483647", "2147483648", "4294967296", "9223372036854775807", "18446744073709551615", "1e9", "1.5", "null", "true",
        "{", "}", "[", "]", "[[[[[[[[[[", "\"", "'", ",", ":", "(", ")", "\\ud800", "\\u0000", "\0", " ", "dtype", "shape", "data_offsets", "__metadata__",
        "F32", "F64", "F16", "BF16", "I64", "U8", "BOOL", "<f8", "|u1", ">f4", "True", "False", "fortran_order", "descr",
    ];

    private static int Mutations =>
        int.TryParse(Environment.GetEnvironmentVariable("QUERN_MUTATIONS"), NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            ? count
            : DefaultMutations;

    [Fact]
    public void Mutated_safetensors_are_read_or_refused()
    {
        Dictionary<string, Tensor> tensors = new()
        {
            ["encoder_fc1.weight"] = Tensor.Ones([3, 5]),
            ["encoder_fc1.bias"] = Tensor.Ones([3]),
            ["none"] = Tensor.Zeros([0, 2]),
            ["number"] = Tensor.Scalar(1),
        };
        byte[][] seeds =
        [
            SafeTensorsTests.Stream(tensors, new() { ["epoch"] = "3", ["format"] = "pt" }).ToArray(),
            SafeTensorsTests.Stream(new() { ["x"] = Tensor.Ones([2]) }, []).ToArray(),
        ];
        (int read, int refused) = Mutate(seeds, 8, stream =>
        {
            foreach (Tensor tensor in SafeTensors.Read(stream).Tensors.Values)
            {
                tensor.ToArray();
            }
        });
        Assert.True(read > 0 && refused > read, $"{read} read, {refused} refused");
    }

    [Fact]
    public void Mutated_npy_files_are_read_or_refused()
    {
        MemoryStream matrix = new();
        Npy.Write(matrix, Tensor.Ones([3, 5]));
        MemoryStream number = new();
        Npy.Write(number, Tensor.Scalar(1));
        (int read, int refused) = Mutate([matrix.ToArray(), number.ToArray()], 10, stream => Npy.Read(stream).ToArray());
        Assert.True(read > 0 && refused > read, $"{read} read, {refused} refused");
    }

    [Fact]
    public void A_header_of_many_empty_tensors_takes_memory_in_proportion_to_the_file()
    {
        StringBuilder header = new("{");
        for (int i = 0; i < 20_000; i++)
        {
            header.Append(CultureInfo.InvariantCulture, $"{(i > 0 ? "," : string.Empty)}\"{i}\":{{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}");
        }

        byte[] text = Encoding.ASCII.GetBytes(header.Append('}').ToString());
        byte[] file = [.. BitConverter.GetBytes((ulong)text.Length), .. text];
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(20_000, SafeTensors.Read(new MemoryStream(file)).Tensors.Count);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 40L * file.Length);
    }

    private static (int Read, int Refused) Mutate(byte[][] seeds, int headerStart, Action<Stream> read)
    {
        Random random = new(20);
        int done = 0;
        int refused = 0;
        for (int i = 0; i < Mutations; i++)
        {
            byte[] file = Mutated(seeds[random.Next(seeds.Length)], headerStart, random);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                read(new MemoryStream(file));
                done++;
            }
            catch (StateFileException)
            {
                refused++;
            }
            catch (Exception exception)
            {
                Assert.Fail($"Mutation {i} ended in {exception}\n{Convert.ToHexString(file)}");
            }

            // What the first calls and an exception take, and then so much for each byte.
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated < 1_000_000 + (40L * file.Length), $"Mutation {i} took {allocated} bytes for a file of {file.Length}.");
        }

        return (done, refused);
    }

    private static byte[] Mutated(byte[] seed, int headerStart, Random random)
    {
        List<byte> file = [.. seed];
        int headerEnd = headerStart + (headerStart == 8 ? (int)BinaryPrimitives.ReadUInt64LittleEndian(seed) : BinaryPrimitives.ReadUInt16LittleEndian(seed.AsSpan(8)));
        int rounds = random.Next(1, 4);
        for (int round = 0; round < rounds; round++)
        {
            int place = random.Next(2) == 0 && headerEnd < file.Count ? random.Next(headerStart, headerEnd) : random.Next(file.Count + 1);
            int count = Math.Min(random.Next(1, 12), file.Count - place);
            int before = file.Count;
            switch (random.Next(7))
            {
                case 0 when place < file.Count:
                    file[place] ^= (byte)(1 << random.Next(8));
                    break;
                case 1 when place < file.Count:
                    file[place] = (byte)random.Next(256);
                    break;
                case 2:
                    file.RemoveRange(place, random.Next(4) == 0 ? file.Count - place : count);
                    break;
                case 3:
                    file.InsertRange(place, file.GetRange(place, count));
                    break;
                case 4:
                    file.InsertRange(place, Encoding.ASCII.GetBytes(Tokens[random.Next(Tokens.Length)]));
                    break;
                case 5:
                    file.RemoveRange(place, count);
                    file.InsertRange(place, Encoding.ASCII.GetBytes(Tokens[random.Next(Tokens.Length)]));
                    break;
                default:
                    ReplaceNumber(file, place, random);
                    break;
            }

            if (place < headerEnd)
            {
                headerEnd = Math.Max(headerStart, headerEnd + file.Count - before);
            }
        }

        // Mostly the length says where the header now ends, or no mutation would get further.
        byte[] bytes = [.. file];
        if (bytes.Length >= headerStart)
        {
            ulong length = random.Next(8) switch
            {
                0 => 1UL << random.Next(64),
                1 => ulong.MaxValue >> random.Next(64),
                _ => (ulong)(headerEnd - headerStart),
            };
            if (headerStart == 8)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
            }
            else
            {
                BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), (ushort)length);
            }
        }

        return bytes;
    }

    // Another number in place of the next one.
    private static void ReplaceNumber(List<byte> file, int place, Random random)
    {
        int start = file.FindIndex(Math.Min(place, file.Count), character => character is >= (byte)'0' and <= (byte)'9');
        if (start < 0)
        {
            return;
        }

        int end = start;
        while (end < file.Count && file[end] is >= (byte)'0' and <= (byte)'9')
        {
            end++;
        }

        file.RemoveRange(start, end - start);
        file.InsertRange(start, Encoding.ASCII.GetBytes(random.NextInt64(1L << random.Next(63)).ToString(CultureInfo.InvariantCulture)));
    }
}
