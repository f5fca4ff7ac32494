using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Quern.Kernels.Cpu.Simd;

namespace Quern.Kernels.Cpu.MatMulKernels;

/// <summary>Products in tiles as high as the processor's registers allow. The rows are put together two at a time, since a register needs a name.</summary>
/// <typeparam name="S">The arithmetic.</typeparam>
/// <typeparam name="V">The vector.</typeparam>
internal static unsafe class Tiles<S, V>
    where S : struct, ISimd<V>
    where V : unmanaged
{
    /// <summary>Tiles of 14 rows and of 8: 28 sums, 2 vectors of the right operand and 1 value of the left fill the 32 registers of AVX-512.</summary>
    public static void RunHigh(WorkerPool pool, Product product) =>
        new BlockedProduct<Two<Two<Two<Two<Two<Two<Two<None>>>>>>>, Two<Two<Two<Two<None>>>>, S, V>(product).Run(pool);

    /// <summary>Tiles of 6 rows and of 4: 12 sums, 2 vectors of the right operand and 1 value of the left fill the 16 registers of AVX2 and SSE.</summary>
    public static void RunLow(WorkerPool pool, Product product) =>
        new BlockedProduct<Two<Two<Two<None>>>, Two<Two<None>>, S, V>(product).Run(pool);

    /// <summary>No rows.</summary>
    public readonly struct None : ITileRows<V>
    {
        public static int Count => 0;

        public static void Prefetch(float* result, nint stride)
        {
        }

        public readonly void Clear()
        {
        }

        public readonly void AddProducts(float* left, nint row, nint at, V right, V rightNext)
        {
        }

        public readonly void Add(float* result, nint stride)
        {
        }

        public readonly void Store(float* result, nint stride)
        {
        }
    }

    /// <summary>Two rows below others.</summary>
    private struct Two<TAbove> : ITileRows<V>
        where TAbove : struct, ITileRows<V>
    {
        private V _first, _firstNext, _second, _secondNext;
        private TAbove _above;

        public static int Count => TAbove.Count + 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Prefetch(float* result, nint stride)
        {
            TAbove.Prefetch(result, stride);
            if (Sse.IsSupported)
            {
                Sse.Prefetch0(result + (TAbove.Count * stride));
                Sse.Prefetch0(result + ((TAbove.Count + 1) * stride));
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Clear()
        {
            _above = default;
            _first = _firstNext = _second = _secondNext = S.Broadcast(0);
        }

        // Each place is an address that all steps share plus an offset, constant in most layouts, which then is part of the load: a sum every
        // half cycle leaves few instructions for anything else, fewer still where two threads share a core.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void AddProducts(float* left, nint row, nint at, V right, V rightNext)
        {
            _above.AddProducts(left, row, at, right, rightNext);
            V first = S.Broadcast((left + (TAbove.Count * row))[at]);
            _first = S.MultiplyAdd(first, right, _first);
            _firstNext = S.MultiplyAdd(first, rightNext, _firstNext);
            V second = S.Broadcast((left + ((TAbove.Count + 1) * row))[at]);
            _second = S.MultiplyAdd(second, right, _second);
            _secondNext = S.MultiplyAdd(second, rightNext, _secondNext);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(float* result, nint stride)
        {
            _above.Add(result, stride);
            float* first = result + (TAbove.Count * stride), second = first + stride;
            _first = S.Add(S.Load(first), _first);
            _firstNext = S.Add(S.Load(first + S.Count), _firstNext);
            _second = S.Add(S.Load(second), _second);
            _secondNext = S.Add(S.Load(second + S.Count), _secondNext);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Store(float* result, nint stride)
        {
            _above.Store(result, stride);
            float* first = result + (TAbove.Count * stride), second = first + stride;
            S.Store(_first, first);
            S.Store(_firstNext, first + S.Count);
            S.Store(_second, second);
            S.Store(_secondNext, second + S.Count);
        }
    }
}
