using System.Runtime.CompilerServices;

namespace Quern.Kernels.Cpu.Simd;

/// <summary>One float at a time: the last resort, and the plainest form of every formula.</summary>
internal readonly unsafe struct SimdScalar : ISimd<float>
{
    public static int Count => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Broadcast(float value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float BroadcastBits(int value) => BitConverter.Int32BitsToSingle(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Load(float* source) => *source;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float LoadBytes(byte* source) => *source;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float value, float* destination) => *destination = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float LoadPart(float* source, int count, float others) => count > 0 ? *source : others;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePart(float value, float* destination, int count)
    {
        if (count > 0)
        {
            *destination = value;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreStreaming(float value, float* destination) => *destination = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Add(float left, float right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Subtract(float left, float right) => left - right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Multiply(float left, float right) => left * right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Divide(float left, float right) => left / right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MultiplyAdd(float left, float right, float addend) => float.MultiplyAddEstimate(left, right, addend);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sqrt(float value) => MathF.Sqrt(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Abs(float value) => MathF.Abs(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Negate(float value) => -value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Max(float left, float right) => MathF.Max(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Min(float left, float right) => MathF.Min(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float AtLeast(float number, float value) => number > value ? number : value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float AtMost(float number, float value) => number < value ? number : value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sin(float value) => Wave.Sin<SimdScalar, float>(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Cos(float value) => Wave.Cos<SimdScalar, float>(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Power(float left, float right) => Power<SimdScalar, float, WideScalar, double>.Of(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Equal(float left, float right) => Mask(left == right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Greater(float left, float right) => Mask(left > right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float GreaterOrEqual(float left, float right) => Mask(left >= right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float And(float left, float right) =>
        BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(left) & BitConverter.SingleToInt32Bits(right));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float AndNot(float left, float right) =>
        BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(left) & ~BitConverter.SingleToInt32Bits(right));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Select(float mask, float whereSet, float whereClear) => BitConverter.Int32BitsToSingle(
            (BitConverter.SingleToInt32Bits(mask) & BitConverter.SingleToInt32Bits(whereSet))
            | (~BitConverter.SingleToInt32Bits(mask) & BitConverter.SingleToInt32Bits(whereClear)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float AddBits(float left, float right) =>
        BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(left) + BitConverter.SingleToInt32Bits(right));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float SubtractBits(float left, float right) =>
        BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(left) - BitConverter.SingleToInt32Bits(right));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float ShiftLeftBits(float value, int count) =>
        BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(value) << count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float ShiftRightBits(float value, int count) =>
        BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(value) >> count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float ToBits(float value) =>
        BitConverter.Int32BitsToSingle(float.ConvertToIntegerNative<int>(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float FromBits(float value) => BitConverter.SingleToInt32Bits(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float LoadGroups(float* source, nint stride) => *source;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float InterleaveLow(float left, float right) => left;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float InterleaveHigh(float left, float right) => right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Xor(float left, float right) =>
        BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(left) ^ BitConverter.SingleToInt32Bits(right));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MultiplyBits(float value, uint factor, out float high)
    {
        ulong product = (ulong)BitConverter.SingleToUInt32Bits(value) * factor;
        high = BitConverter.UInt32BitsToSingle((uint)(product >> 32));
        return BitConverter.UInt32BitsToSingle((uint)product);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Sum(float value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsSetEverywhere(float mask) => BitConverter.SingleToInt32Bits(mask) == -1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Mask(bool set) => BitConverter.Int32BitsToSingle(set ? -1 : 0);
}
