using System.Runtime.InteropServices;
using Quern.Benchmarks.Compare.Measuring;

namespace Quern.Benchmarks.Compare.Peers;

/// <summary>The system's OpenBLAS.</summary>
internal static unsafe partial class OpenBlas
{
    public const string Library = "openblas";

    private const int RowMajor = 101;
    private const int NoTranspose = 111;
    private const int Transpose = 112;

    public static bool IsAvailable { get; } = NativeLibraries.Has(Library);

    /// <summary>What it says about itself, up to its version.</summary>
    public static string Version => string.Join(' ', Marshal.PtrToStringUTF8(GetConfig())!.Split(' ').Take(2));

    /// <summary>The processor it takes this one for.</summary>
    public static string CoreType => Marshal.PtrToStringUTF8(GetCoreName())!;

    public static Contestant Contestant(Product product, Operands operands, int threads, TimeSpan turn) => Measuring.Contestant.Repeating(
        "OpenBLAS", threads, () => Multiply(product, operands), turn, prepare: () => SetThreads(threads));

    private static void Multiply(Product product, Operands operands) => Sgemm(
        RowMajor,
        product.TransposeLeft ? Transpose : NoTranspose,
        product.TransposeRight ? Transpose : NoTranspose,
        product.M, product.N, product.K,
        1, operands.Left.Pointer, product.TransposeLeft ? product.M : product.K,
        operands.Right.Pointer, product.TransposeRight ? product.K : product.N,
        0, operands.PeersResult.Pointer, product.N);

    [LibraryImport(Library, EntryPoint = "openblas_set_num_threads")]
    private static partial void SetThreads(int threads);

    [LibraryImport(Library, EntryPoint = "openblas_get_config")]
    private static partial nint GetConfig();

    [LibraryImport(Library, EntryPoint = "openblas_get_corename")]
    private static partial nint GetCoreName();

    [LibraryImport(Library, EntryPoint = "cblas_sgemm")]
    private static partial void Sgemm(
        int order, int transposeA, int transposeB, int m, int n, int k,
        float alpha, float* a, int lda, float* b, int ldb, float beta, float* c, int ldc);
}
