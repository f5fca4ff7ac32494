using System.Globalization;

namespace Quern.Kernels.Generator.Tests;

/// <summary>Constants in OpenCL C.</summary>
public class LiteralTests
{
    [Theory]
    [InlineData(0f, "0.0f")]
    [InlineData(-0f, "-0.0f")]
    [InlineData(1f, "1.0f")]
    [InlineData(0.1f, "0.1f")]
    [InlineData(16777216f, "16777216.0f")]
    [InlineData(float.NaN, "NAN")]
    [InlineData(float.PositiveInfinity, "INFINITY")]
    [InlineData(float.NegativeInfinity, "-INFINITY")]
    [InlineData(int.MinValue, "(-2147483647 - 1)")]
    [InlineData(long.MinValue, "(-9223372036854775807L - 1L)")]
    [InlineData(-5, "-5")]
    [InlineData(uint.MaxValue, "4294967295u")]
    [InlineData(ulong.MaxValue, "18446744073709551615UL")]
    [InlineData(7L, "7L")]
    [InlineData(true, "true")]
    public void A_constant_is_written_with_its_type(object value, string expected) => Assert.Equal(expected, Literals.Of(value)!.Value.Text);

    [Fact]
    public void A_float_reads_back_as_the_same_float()
    {
        var random = new Random(1);
        float[] values = [float.Epsilon, float.MaxValue, float.MinValue, 1.17549435e-38f, MathF.PI, 0.3f, 8388609f,
            .. Enumerable.Range(0, 2000).Select(_ => BitConverter.Int32BitsToSingle(random.Next())).Where(float.IsFinite)];

        Assert.All(values, value =>
        {
            string text = Literals.Of(value)!.Value.Text;
            Assert.EndsWith("f", text, StringComparison.Ordinal);
            Assert.Contains(text, c => c is '.' or 'e');
            Assert.Equal(value, float.Parse(text.TrimEnd('f'), CultureInfo.InvariantCulture));
        });
    }

    [Theory]
    [InlineData("input", "input")]
    [InlineData("global", "global_")]
    [InlineData("half", "half_")]
    [InlineData("float4", "float4_")]
    [InlineData("uniform", "uniform_")]
    [InlineData("length", "length_")]
    [InlineData("_X", "X_")]
    [InlineData("_x", "_x")]
    [InlineData("__x", "x_")]
    [InlineData("as_int", "as_int_")]
    [InlineData("convert_int", "convert_int_")]
    [InlineData("native_sin", "native_sin_")]
    [InlineData("half_sin", "half_sin_")]
    [InlineData("CLK_LOCAL_MEM_FENCE", "CLK_LOCAL_MEM_FENCE_")]
    [InlineData("CharCount", "CharCount")]
    [InlineData("größe", "gr_u00F6_u00DFe")]
    public void A_name_that_a_driver_may_not_take_is_changed(string name, string expected) => Assert.Equal(expected, Identifiers.Mangle(name));

    [Fact]
    public void Names_that_would_be_the_same_are_told_apart()
    {
        HashSet<string> used = [];

        Assert.Equal(["x", "x_2", "x_3", "half_", "half__2"], ((string[])["x", "x", "x", "half", "half"]).Select(name => Identifiers.Unique(name, used)));
    }
}
