using System.Runtime.CompilerServices;

namespace Quern.Kernels.Cpu.Simd;

/// <summary>
/// Sine and cosine, within 1 ulp: the angle is brought to a quarter turn around zero, x = n·π/2 + r, then a polynomial of r is taken. The
/// remainder is kept as a sum of two floats, since where x is near a multiple of π/2 one would not have digits enough.
/// </summary>
internal static unsafe class Wave
{
    // n·π/2 is taken off in four parts. The first three have 11 bits, so that their products with an n of up to 13 are exact.
    private const float Part1 = 1.5703125f;
    private const float Part2 = 4.83751297e-4f;
    private const float Part3 = 7.54953362e-8f;
    private const float Part4 = 2.56334407e-12f;
    private const float Furthest = 12800;

    // Below this the sine is x itself, and -0 stays.
    private const float Least = 2.44140625e-4f;

    // Adding this to a small float rounds it to an integer, which the lowest bits then hold: 1.5 · 2²³.
    private const float Rounder = 12582912;

    /// <summary>The sine of angles in radians.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Sin<S, V>(V x)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        V quarters = Reduce<S, V>(x, out V rest, out V error);
        V sine = Turn<S, V>(quarters, Sine<S, V>(rest, error), Cosine<S, V>(rest, error));
        V magnitude = S.Abs(x);
        sine = S.Select(S.Greater(S.Broadcast(Least), magnitude), x, sine);
        if (S.IsSetEverywhere(S.GreaterOrEqual(S.Broadcast(Furthest), magnitude)))
        {
            return sine;
        }

        // By its address, so that the vector above stays in a register.
        V far = sine;
        FarSin(x, &far);
        return far;
    }

    /// <summary>The cosine of angles in radians.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Cos<S, V>(V x)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        V quarters = S.AddBits(Reduce<S, V>(x, out V rest, out V error), S.BroadcastBits(1));
        V cosine = Turn<S, V>(quarters, Sine<S, V>(rest, error), Cosine<S, V>(rest, error));
        if (S.IsSetEverywhere(S.GreaterOrEqual(S.Broadcast(Furthest), S.Abs(x))))
        {
            return cosine;
        }

        // By its address, so that the vector above stays in a register.
        V far = cosine;
        FarCos(x, &far);
        return far;
    }

    /// <summary>Both, of angles up to 12,800.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SinCos<S, V>(V x, out V sine, out V cosine)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        V quarters = Reduce<S, V>(x, out V rest, out V error);
        V sineOfRest = Sine<S, V>(rest, error);
        V cosineOfRest = Cosine<S, V>(rest, error);
        sine = Turn<S, V>(quarters, sineOfRest, cosineOfRest);
        cosine = Turn<S, V>(S.AddBits(quarters, S.BroadcastBits(1)), sineOfRest, cosineOfRest);
    }

    /// <summary>n as an integer whose two lowest bits count, and r as rest + error.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Reduce<S, V>(V x, out V rest, out V error)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        V shifted = S.MultiplyAdd(x, S.Broadcast(0.636619772f), S.Broadcast(Rounder));
        V n = S.Subtract(shifted, S.Broadcast(Rounder));
        V exact = S.MultiplyAdd(n, S.Broadcast(-Part2), S.MultiplyAdd(n, S.Broadcast(-Part1), x));

        // What the last two subtractions lose is kept; the second time by Dekker's shorter sum, since the terms' order is known.
        V sum = TwoSum.Of<S, V>(exact, S.Multiply(n, S.Broadcast(-Part3)), out V lost);
        V small = S.MultiplyAdd(n, S.Broadcast(-Part4), lost);
        rest = S.Add(sum, small);
        error = S.Add(S.Subtract(sum, rest), small);
        return shifted;
    }

    /// <summary>sin(r) = r - r³/6 + …, the polynomial of FreeBSD's k_sinf.c.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Sine<S, V>(V rest, V error)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        V z = S.Multiply(rest, rest);
        V p = S.MultiplyAdd(S.Broadcast(2.7183114939898219e-6f), z, S.Broadcast(-1.9839334836096632e-4f));
        p = S.MultiplyAdd(p, z, S.Broadcast(8.3333293858894632e-3f));
        p = S.MultiplyAdd(p, z, S.Broadcast(-1.6666666641626524e-1f));
        return S.Add(rest, S.MultiplyAdd(S.Multiply(rest, z), p, error));
    }

    /// <summary>cos(r) = 1 - r²/2 + …, the polynomial of Moshier's Cephes library, sinf.c.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Cosine<S, V>(V rest, V error)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        V z = S.Multiply(rest, rest);
        V p = S.MultiplyAdd(S.Broadcast(2.443315711809948e-5f), z, S.Broadcast(-1.388731625493765e-3f));
        p = S.MultiplyAdd(p, z, S.Broadcast(4.166664568298827e-2f));
        V half = S.Multiply(z, S.Broadcast(0.5f));
        V upper = S.Subtract(S.Broadcast(1), half);
        V lost = S.Subtract(S.Subtract(S.Broadcast(1), upper), half);
        V lower = S.MultiplyAdd(S.Multiply(z, z), p, S.Subtract(lost, S.Multiply(rest, error)));
        return S.Add(upper, lower);
    }

    /// <summary>The sine after so many quarter turns: an odd number makes a cosine of it, the next bit a sign.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Turn<S, V>(V quarters, V sine, V cosine)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        V isOdd = S.ShiftRightBits(S.ShiftLeftBits(quarters, 31), 31);
        V sign = S.ShiftLeftBits(S.ShiftRightBits(quarters, 1), 31);
        return S.Xor(S.Select(isOdd, cosine, sine), sign);
    }

    // Not inlined: a vector whose address is taken lives in memory.
    [MethodImpl(Jit.Loop)]
    private static void FarSin<V>(V x, V* sine)
        where V : unmanaged
    {
        float* angles = (float*)&x;
        float* values = (float*)sine;
        for (int lane = 0; lane < sizeof(V) / sizeof(float); lane++)
        {
            values[lane] = Math.Abs(angles[lane]) <= Furthest ? values[lane] : MathF.Sin(angles[lane]);
        }
    }

    [MethodImpl(Jit.Loop)]
    private static void FarCos<V>(V x, V* cosine)
        where V : unmanaged
    {
        float* angles = (float*)&x;
        float* values = (float*)cosine;
        for (int lane = 0; lane < sizeof(V) / sizeof(float); lane++)
        {
            values[lane] = Math.Abs(angles[lane]) <= Furthest ? values[lane] : MathF.Cos(angles[lane]);
        }
    }
}
