namespace Quern.Kernels.Generator.Tests;

/// <summary>What ILGPU 1.5.3 refuses, or translates wrongly, is refused here too: a kernel means the same under both compilers.</summary>
public class RefusedByIlgpuTests
{
    [Theory]
    // Translated wrongly.
    [InlineData("float y = input[0] > 0f ? 1 : 0; output[0] = y;")]
    [InlineData("output[0] = (count - 7) / 4;")]
    [InlineData("output[0] = (count - 7) % 4;")]
    [InlineData("output[0] = (uint)count / 4u;")]
    [InlineData("bool big = !(input[0] < 1f); output[0] = big ? 1f : 0f;")]
    [InlineData("if (input[0] < 1f) { output[0] = 0f; } else { output[0] = 1f; }")]
    [InlineData("for (float x = 0f; x < input[0]; x += 1f) { output[0] = x; }")]
    [InlineData("output[0] = MathF.Max(input[0], 1f);")]
    [InlineData("output[0] = MathF.CopySign(input[0], -1f);")]
    [InlineData("output[0] = MathF.FusedMultiplyAdd(input[0], 2f, 3f);")]
    [InlineData("output[0] = MathF.Log2(input[0]);")]
    // Refused.
    [InlineData("object o = new object(); output[0] = o.GetHashCode();")]
    [InlineData("object boxed = count; output[0] = (int)boxed;")]
    [InlineData("throw new InvalidOperationException();")]
    [InlineData("try { output[0] = 1f; } finally { output[1] = 1f; }")]
    [InlineData("Func<int, int> f = x => x + 1; output[0] = f(count);")]
    [InlineData("int F(int x) => x + 1; output[0] = F(count);")]
    [InlineData("Span<float> s = default; output[0] = s.Length;")]
    [InlineData("Span<float> s = stackalloc float[4]; output[0] = s[0];")]
    [InlineData("Span<float> s = [1f, 2f]; output[0] = s[0];")]
    [InlineData("float[] a = new float[4]; output[0] = a[0];")]
    [InlineData("nint n = count; output[0] = n;")]
    [InlineData("Half h = (Half)1f; output[0] = (float)h;")]
    [InlineData("output[0] = State; State++;")]
    [InlineData("string s = \"text\"; output[0] = s.Length;")]
    [InlineData("output[0] = $\"{count}\".Length;")]
    [InlineData("output[0] = Math.Clamp(count, 0, 4);")]
    [InlineData("output[0] = MathF.Sign(input[0]);")]
    [InlineData("output[0] = System.Runtime.CompilerServices.Unsafe.Add(ref output[0], 1);")]
    [InlineData("var v = System.Runtime.Intrinsics.Vector128.Create(1f); output[0] = v[0];")]
    [InlineData("var v = new System.Numerics.Vector3(1f, 2f, 3f); output[0] = v.X;")]
    [InlineData("output[0] = count switch { 0 => 1f, 1 => 2f };")]
    public void A_construct_that_ILGPU_gets_wrong_or_refuses_gives_a_diagnostic(string body)
    {
        (var diagnostics, var trees) = Generated.Run(Generated.Class(body, "private static int State;"));

        Assert.NotEmpty(diagnostics);
        Assert.Empty(trees);
    }
}
