using System.Globalization;
using System.Text;

namespace Quern.Kernels.Generator;

/// <summary>C# names as names that every OpenCL C compiler takes.</summary>
internal static class Identifiers
{
    // Keywords of C99 and OpenCL C (2.0's and some drivers' C++ words too), and the names of built-in functions and macros.
    private static readonly HashSet<string> Taken = new(
        ("""
        auto break case char const continue default do double else enum extern float for goto if inline int long register restrict
        return short signed sizeof static struct switch typedef union unsigned void volatile while bool half quad complex imaginary
        true false NULL uchar ushort uint ulong size_t ptrdiff_t intptr_t uintptr_t event_t sampler_t image2d_t image3d_t pipe
        global local constant private generic kernel read_only write_only read_write uniform queue_t ndrange_t
        asm this class namespace template typename operator new delete try catch throw using virtual friend mutable explicit export
        public protected vector pixel interrupt near far typeof defined
        main printf exp exp2 exp10 expm1 log log2 log10 log1p pow pown powr sqrt rsqrt cbrt sin cos tan asin acos atan atan2 sinh cosh
        tanh asinh acosh atanh sinpi cospi tanpi floor ceil trunc round rint fabs fmin fmax fmod fma mad mad24 mul24 mad_hi mul_hi
        mad_sat abs abs_diff add_sat sub_sat hadd rhadd min max clamp degrees radians mix step smoothstep sign cross dot distance
        length normalize fract frexp ldexp ilogb logb lgamma tgamma erf erfc hypot maxmag minmag modf nan nextafter remainder remquo
        rootn copysign fdim rotate popcount clz ctz upsample isequal isnotequal isgreater isless isfinite isinf isnan isnormal
        isordered isunordered signbit any all bitselect select shuffle shuffle2 barrier mem_fence read_mem_fence write_mem_fence
        prefetch async_work_group_copy wait_group_events vload2 vload3 vload4 vload8 vload16 vstore2 vstore3 vstore4 vstore8 vstore16
        vload_half vstore_half vec_step get_work_dim get_global_size get_global_id get_local_size get_local_id get_num_groups
        get_group_id get_global_offset atomic_add atomic_sub atomic_xchg atomic_inc atomic_dec atomic_cmpxchg atomic_min atomic_max
        NAN INFINITY HUGE_VAL HUGE_VALF MAXFLOAT M_E M_PI M_PI_F
        """).Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries),
        StringComparer.Ordinal);

    private static readonly HashSet<string> VectorTypes = new(
        from type in new[] { "char", "uchar", "short", "ushort", "int", "uint", "long", "ulong", "float", "double", "half", "bool" }
        from width in new[] { "2", "3", "4", "8", "16" }
        select type + width,
        StringComparer.Ordinal);

    /// <summary>The name itself, or one that is no keyword, no built-in and only of ASCII letters, digits and underscores.</summary>
    public static string Mangle(string name)
    {
        var text = new StringBuilder();
        foreach (char c in name)
        {
            if ((c < 128 && char.IsLetterOrDigit(c)) || c == '_')
            {
                text.Append(c);
            }
            else
            {
                text.Append("_u").Append(((int)c).ToString("X4", CultureInfo.InvariantCulture));
            }
        }

        string mangled = text.ToString();
        bool reserved = Taken.Contains(mangled)
            || VectorTypes.Contains(mangled)
            || mangled.StartsWith("__", StringComparison.Ordinal)
            || mangled.StartsWith("as_", StringComparison.Ordinal)
            || mangled.StartsWith("convert_", StringComparison.Ordinal)
            || mangled.StartsWith("native_", StringComparison.Ordinal)
            || mangled.StartsWith("half_", StringComparison.Ordinal)
            || mangled.StartsWith("CL", StringComparison.Ordinal)
            || (mangled.Length > 1 && mangled[0] == '_' && char.IsUpper(mangled[1]));
        return reserved ? mangled.TrimStart('_') + "_" : mangled;
    }

    /// <summary>A name like <paramref name="name"/> that is not yet in <paramref name="used"/>; it is added there.</summary>
    public static string Unique(string name, HashSet<string> used)
    {
        string mangled = Mangle(name);
        string candidate = mangled;
        for (int i = 2; !used.Add(candidate); i++)
        {
            candidate = mangled + "_" + i.ToString(CultureInfo.InvariantCulture);
        }

        return candidate;
    }
}
