namespace Quern.Kernels.Generator.Tests;

/// <summary>Functions that run on the host as C# and on a device as OpenCL C, and the kernels that run them there.</summary>
internal static partial class Arithmetic
{
    private const int Rounds = 10;

    [Kernel]
    public static void RunIntegers(ArrayView<int> left, ArrayView<int> right, ArrayView<int> results, int count)
    {
        int i = Grid.GlobalIndex.X;
        if (i < count)
        {
            results[i] = Integers(left[i], right[i]);
        }
    }

    [Kernel]
    public static void RunFloats(ArrayView<float> left, ArrayView<float> right, ArrayView<float> results, int count)
    {
        int i = Grid.GlobalIndex.X;
        if (i < count)
        {
            results[i] = Floats(left[i], right[i]);
        }
    }

    [Kernel]
    public static void RunPhilox(ArrayView<uint> results, uint key, int count)
    {
        int i = Grid.GlobalIndex.X;
        if (i < count)
        {
            results[i] = Philox((uint)i, key);
        }
    }

    [Kernel(64)]
    public static void RunSum(ArrayView<float> input, ArrayView<float> results, int count)
    {
        ArrayView<float> partial = SharedMemory.Allocate<float>(64);
        int lane = Group.IdxX;
        float sum = 0f;
        for (int i = Grid.IdxX * 64 + lane; i < count; i += Grid.DimX * 64)
        {
            sum += input[i];
        }

        partial[lane] = sum;
        Group.Barrier();
        for (int stride = 32; stride > 0; stride >>= 1)
        {
            if (lane < stride)
            {
                AddTo(partial, lane, stride);
            }

            Group.Barrier();
        }

        if (lane == 0)
        {
            results[Grid.IdxX] = partial[0];
        }
    }

    [Kernel]
    public static void RunFloat4(ArrayView<float> input, ArrayView<float> results, float scale, int count)
    {
        int i = Grid.GlobalIndex.X;
        if (i < count)
        {
            Float4 v = input.SubView(4).Cast<Float4>()[i];
            v = (v + new Float4(1f, 2f, 3f, 4f)) * scale - v * v;
            v.Y += v.X;
            results.Cast<Float4>()[i] = v;
        }
    }

    [Kernel]
    public static void RunNot(ArrayView<bool> flags, int count)
    {
        int i = Grid.GlobalIndex.X;
        if (i < count)
        {
            flags[i] = !flags[i];
        }
    }

    [Kernel]
    public static void RunChoose(ArrayView<bool> flags, Choice choice, bool keep, int count)
    {
        int i = Grid.GlobalIndex.X;
        if (i < count)
        {
            choice.Invert ^= keep;
            flags[i] = choice.Bias > 2 && flags[i] != choice.Invert;
        }
    }

    /// <summary>Whole numbers in every form that a kernel may use.</summary>
    public static int Integers(int a, int b)
    {
        uint u = (uint)a;
        long wide = a + u;
        byte small = (byte)b;
        sbyte tiny = (sbyte)a;
        ushort middle = (ushort)(a >> 3);
        int result = (a << b) ^ (a >> b) ^ (a >>> b) ^ (int)(u << b) ^ (int)(u >> b);
        result += (int)(wide >> 5) + (int)((ulong)wide >> 7) + small * tiny - middle;
        small += 200;
        small <<= 1;
        tiny -= 100;
        middle ^= small;
        result ^= small + (tiny << 8) + (middle << 12);
        result -= b == 0 ? 0 : (a % 1000) / ((b & 1023) + 3) - -b % 7;
        result = result > a & b < 5 | a != 7 ? (result ^ 9) > 9u ? 1 : result : -result;
        bool odd = (b & 1) != 0;
        odd ^= a < 0;
        result += odd && !(a == b) ? XMath.Min(a, b) : XMath.Max(small, XMath.Clamp(b, -5, 5));
        long compared = -1;
        result += compared < u ? 3 : 4;
        Mix(ref result, a, out int more);
        var pair = new Pair(more, b);
        pair.Swap();
        pair += new Pair(1, 2);
        switch (pair.First & 3)
        {
            case 0:
            case 1:
                result += pair.Sum;
                break;
            case 2:
                int turns = 0;
                do
                {
                    turns++;
                    if (turns == 2)
                    {
                        continue;
                    }

                    result ^= turns * pair.Second;
                }
                while (turns < 5);
                break;
            default:
                return result - int.MinValue;
        }

        return result;
    }

    /// <summary>Floats; only operations whose result IEEE 754 fixes.</summary>
    public static float Floats(float a, float b)
    {
        float c = a > b ? a : b - 0.1f;
        float d = XMath.Max(a, b) - XMath.Min(a, 2f) + XMath.Clamp(b, -1f, 1f);
        int whole = (int)a;
        uint bits = Interop.FloatAsInt(b) & 0xFFFF0000u;
        float e = Interop.IntAsFloat(bits) - (uint)XMath.Abs(a) - (byte)whole;
        float f = XMath.IsNaN(a) ? 5f : whole - XMath.Floor(b) + XMath.Ceiling(a) - XMath.Truncate(b) + XMath.RoundToEven(a);
        f += (int)b + (long)a;
        return b < 0f ? -(c - -d) + Twice<Doubling>(e) : f * 0.25f;
    }

    /// <summary>One word of Philox 4x32-10.</summary>
    public static uint Philox(uint counter, uint key)
    {
        uint a = counter, b = 0, c = 0, d = 0;
        uint key2 = 0;
        for (int i = 0; i < Rounds; i++, key += 0x9E3779B9, key2 += 0xBB67AE85)
        {
            uint high1 = (uint)(((ulong)a * 0xD2511F53u) >> 32), low1 = a * 0xD2511F53u;
            uint high2 = (uint)(((ulong)c * 0xCD9E8D57u) >> 32), low2 = c * 0xCD9E8D57u;
            a = high2 ^ b ^ key;
            b = low2;
            c = high1 ^ d ^ key2;
            d = low1;
        }

        return a ^ b ^ c ^ d;
    }

    private static void AddTo(ArrayView<float> values, int to, int distance) => values[to] += values[to + distance];

    private static void Mix(ref int x, int y, out int mixed)
    {
        x ^= y;
        mixed = x & 0xFF;
    }

    private static float Twice<T>(float x)
        where T : IFunction
        => T.Apply(T.Apply(x));

    internal struct Choice
    {
        public short Bias;
        public bool Invert;
    }

    private interface IFunction
    {
        static abstract float Apply(float x);
    }

    private readonly struct Doubling : IFunction
    {
        public static float Apply(float x) => x + x;
    }

    private struct Pair
    {
        public int First;
        public int Second;

        public Pair(int first, int second)
        {
            First = first;
            Second = second;
        }

        public readonly int Sum => First + Second;

        public static Pair operator +(Pair a, Pair b) => new(a.First + b.First, a.Second + b.Second);

        public void Swap()
        {
            int first = First;
            First = Second;
            Second = first;
        }
    }
}
