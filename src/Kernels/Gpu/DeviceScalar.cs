using Quern.Kernels.Operators;

namespace Quern.Kernels.Gpu;

/// <summary>The arithmetic of one work-item: what formulas are made of on a GPU.</summary>
internal readonly partial struct DeviceScalar : IArithmetic<float>, IOperator
{
    public static float Broadcast(float value) => value;

    public static float BroadcastBits(int value) => Interop.IntAsFloat((uint)value);

    public static float Add(float left, float right) => left + right;

    public static float Subtract(float left, float right) => left - right;

    public static float Multiply(float left, float right) => left * right;

    public static float Divide(float left, float right) => left / right;

    public static float MultiplyAdd(float left, float right, float addend) => (left * right) + addend;

    public static float Sqrt(float value) => XMath.Sqrt(value);

    public static float Abs(float value) => XMath.Abs(value);

    public static float Negate(float value) => -value;

    public static float Max(float left, float right)
    {
        // Of zeros, which are equal, -0 is the lesser: only their signs differ. The sum of numbers that have no order is NaN.
        float equal = Interop.IntAsFloat(Interop.FloatAsInt(left) & Interop.FloatAsInt(right));
        float leftOrNaN = right < left ? left : left + right;
        float leftOrEqual = right == left ? equal : leftOrNaN;
        return left < right ? right : leftOrEqual;
    }

    public static float Min(float left, float right)
    {
        float equal = Interop.IntAsFloat(Interop.FloatAsInt(left) | Interop.FloatAsInt(right));
        float leftOrNaN = right > left ? left : left + right;
        float leftOrEqual = right == left ? equal : leftOrNaN;
        return left > right ? right : leftOrEqual;
    }

    public static float AtLeast(float number, float value) => value < number ? number : value;

    public static float AtMost(float number, float value) => number < value ? number : value;

    public static float Sin(float value) => Elementary.Sin(value);

    public static float Cos(float value) => Elementary.Cos(value);

    public static float Power(float left, float right) => Elementary.Pow(left, right);

    public static float Equal(float left, float right) => Interop.IntAsFloat(left == right ? 0xFFFFFFFFu : 0u);

    public static float Greater(float left, float right) => Interop.IntAsFloat(right < left ? 0xFFFFFFFFu : 0u);

    public static float GreaterOrEqual(float left, float right) => Interop.IntAsFloat(right <= left ? 0xFFFFFFFFu : 0u);

    public static float And(float left, float right) => Interop.IntAsFloat(Interop.FloatAsInt(left) & Interop.FloatAsInt(right));

    public static float AndNot(float left, float right) => Interop.IntAsFloat(Interop.FloatAsInt(left) & ~Interop.FloatAsInt(right));

    public static float Select(float mask, float whereSet, float whereClear)
    {
        uint bits = Interop.FloatAsInt(mask);
        return Interop.IntAsFloat((bits & Interop.FloatAsInt(whereSet)) | (~bits & Interop.FloatAsInt(whereClear)));
    }

    public static float AddBits(float left, float right) => Interop.IntAsFloat(Interop.FloatAsInt(left) + Interop.FloatAsInt(right));

    public static float SubtractBits(float left, float right) => Interop.IntAsFloat(Interop.FloatAsInt(left) - Interop.FloatAsInt(right));

    public static float ShiftLeftBits(float value, int count) => Interop.IntAsFloat(Interop.FloatAsInt(value) << count);

    public static float ShiftRightBits(float value, int count) => Interop.IntAsFloat((uint)((int)Interop.FloatAsInt(value) >> count));

    public static float ToBits(float value) => Interop.IntAsFloat((uint)(int)value);

    public static float FromBits(float value) => (float)(int)Interop.FloatAsInt(value);
}
