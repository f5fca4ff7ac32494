using Quern.Kernels;

namespace Quern.Tests;

/// <summary>
/// Kernels with atomics, enums, structs by value and double: translated to OpenCL C in one test project, compiled by ILGPU in
/// another. The formulas run on the host as well.
/// </summary>
internal static partial class LanguageKernels
{
    public const int Bins = 8;
    public const int Lowest = Bins;
    public const int Highest = Bins + 1;
    public const int Taken = Bins + 2;
    public const int FirstPlace = Bins + 3;

    public enum Mode : byte
    {
        Copy,
        Add = 3,
        Flip = 200,
    }

    public struct Scaling
    {
        public float Factor;
        public byte Negate;
    }

    public struct Settings
    {
        public byte Enabled;
        public Mode Mode;
        public short Shift;
        public long Offset;
        public Scaling Scaling;

        public void Advance(int distance)
        {
            Offset += distance;
            Shift--;
        }
    }

    /// <summary>Counts values by their lowest bits, finds the extremes and the bits of all, and gives each value a place of its own.</summary>
    [Kernel(16)]
    public static void Gather(ArrayView<int> values, ArrayView<int> counts, ArrayView<uint> bits, int count)
    {
        ArrayView<int> own = SharedMemory.Allocate<int>(Bins);
        int lane = Group.IdxX;
        int i = Grid.GlobalIndex.X;
        if (lane < Bins)
        {
            own[lane] = 0;
        }

        Group.Barrier();
        if (i < count)
        {
            int value = values[i];
            Atomic.Add(ref own[value & (Bins - 1)], 1);
            Atomic.Min(ref counts[Lowest], value);
            Atomic.Max(ref counts[Highest], value);
            int place = Atomic.Add(ref counts[Taken], 1);
            Atomic.Exchange(ref counts[FirstPlace + place], value);
            Atomic.And(ref bits[0], (uint)value);
            Atomic.Or(ref bits[1], (uint)value);
            Atomic.Xor(ref bits[2], (uint)value);

            // A product of all, by an operation that is not among the words.
            uint before;
            uint found = bits[3];
            do
            {
                before = found;
                found = Atomic.CompareExchange(ref bits[3], before, before * ((uint)value | 1u));
            }
            while (found != before);
        }

        Group.Barrier();
        if (lane < Bins)
        {
            Atomic.Add(ref counts[lane], own[lane]);
        }
    }

    /// <summary>Applies settings that each work-item changes for itself.</summary>
    [Kernel]
    public static void Apply(ArrayView<int> values, Settings settings, Mode mode, byte negate, sbyte factor, ulong mask, int count)
    {
        int i = Grid.GlobalIndex.X;
        if (i < count)
        {
            settings.Advance(i);
            settings.Scaling.Factor *= 2f;
            values[i] = Applied(settings, mode, negate, factor, mask, values[i]) + (int)settings.Offset;
        }
    }

    /// <summary>Doubles; only operations whose result IEEE 754 fixes.</summary>
    [Kernel]
    public static void Compute(ArrayView<double> left, ArrayView<double> right, double scale, ArrayView<double> results, int count)
    {
        int i = Grid.GlobalIndex.X;
        if (i < count)
        {
            results[i] = Computed(left[i], right[i], scale);
        }
    }

    public static int Applied(Settings settings, Mode mode, byte negate, sbyte factor, ulong mask, int value)
    {
        Settings other = settings;
        int result = value + Changed(other) + (int)other.Offset;
        switch (mode)
        {
            case Mode.Copy:
                break;
            case Mode.Add:
                result += settings.Shift * factor;
                break;
            default:
                result ^= (int)mode;
                break;
        }

        Mode opposite = ~mode;
        result += opposite == (Mode)255 ? 7 : (int)(opposite & Mode.Add);
        bool differ = (negate != 0) != (settings.Enabled != 0);
        result = differ ? -result : result;
        result += settings.Mode == Mode.Flip && settings.Scaling.Negate != 0 ? (int)settings.Scaling.Factor : 1;
        return (int)((uint)result & (uint)(mask >> 8));
    }

    public static double Computed(double a, double b, double scale)
    {
        double c = a > b ? a * scale : b - 0.1;
        double d = XMath.Max(a, b) - XMath.Min(a, 2.0) + XMath.Clamp(b, -1.0, 1.0) + XMath.Abs(a);
        ulong bits = Interop.FloatAsInt(b) & 0xFFFFFFFF00000000UL;
        float single = (float)a;
        int whole = (int)a;
        return c + d - Interop.IntAsFloat(bits) + single + whole / 3.0 + XMath.Floor(b) + (XMath.IsNaN(a) ? 1e300 : XMath.Sqrt(0.25));
    }

    private static int Changed(Settings settings)
    {
        settings.Offset = 100;
        settings.Advance(5);
        settings.Scaling.Negate ^= 1;
        return (int)settings.Offset + settings.Scaling.Negate;
    }
}
