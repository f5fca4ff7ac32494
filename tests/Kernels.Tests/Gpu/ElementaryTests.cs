using Quern.Kernels.Operators;
using Quern.Kernels.Tests.Cpu;
using Quern.Kernels.Tests.OpenCl;
using G = Quern.Kernels.Gpu;

namespace Quern.Kernels.Tests.Gpu;

/// <summary>The kernels' own elementary functions: as plain C#, and as the OpenCL driver compiles them.</summary>
[Collection(OpenClCollection.Name)]
public sealed class ElementaryTests(OpenClFixture fixture)
{
    private delegate void Launch(GpuDriver driver, LaunchSize size, GpuView<float> x, GpuView<float> y);

    // The function, its plain version in double precision, and the error that its documentation states.
    private static readonly Dictionary<string, (Func<float, float> Function, Launch Kernel, Func<double, double> Exact, double Ulps)> Functions = new()
    {
        ["Exp"] = (ExpOperator.Invoke<G.DeviceScalar, float>, G.Unary.LaunchRun<ExpOperator>, Math.Exp, 2),
        ["Log"] = (LogOperator.Invoke<G.DeviceScalar, float>, G.Unary.LaunchRun<LogOperator>, Math.Log, 3),
        ["Tanh"] = (TanhOperator.Invoke<G.DeviceScalar, float>, G.Unary.LaunchRun<TanhOperator>, Math.Tanh, 4),
        ["Sin"] = (G.Elementary.Sin, G.Unary.LaunchRun<SinOperator>, Math.Sin, 3),
        ["Cos"] = (G.Elementary.Cos, G.Unary.LaunchRun<CosOperator>, Math.Cos, 3),
        ["Sigmoid"] = (SigmoidOperator.Invoke<G.DeviceScalar, float>, G.Unary.LaunchRun<SigmoidOperator>, x => 1 / (1 + Math.Exp(-x)), 4),
    };

    public static TheoryData<string> Names => [.. Functions.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_function_is_within_its_stated_error_all_over_the_floats(string name)
    {
        float[] x = AllOverTheFloats();
        AssertWithin(name, x, [.. x.Select(Functions[name].Function)]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_kernel_is_within_the_stated_error_all_over_the_floats(string name)
    {
        using GpuMemory memory = new(fixture.Driver);
        float[] x = AllOverTheFloats();
        GpuView<float> y = memory.Result(x.Length);
        Functions[name].Kernel(fixture.Driver, LaunchSize.Covering(x.Length, 64), memory.Upload(x), y);
        AssertWithin(name, x, memory.Download(y));
    }

    [Fact]
    public void A_power_is_within_its_stated_error_and_has_the_special_cases_of_NET()
    {
        (float[] x, float[] y) = PowerOperands();
        AssertPower(x, y, [.. x.Zip(y, G.Elementary.Pow)]);
    }

    [Fact]
    public void A_kernels_power_is_within_its_stated_error_and_has_the_special_cases_of_NET()
    {
        using GpuMemory memory = new(fixture.Driver);
        (float[] x, float[] y) = PowerOperands();
        GpuView<float> result = memory.Result(x.Length);
        G.Binary.LaunchRun<PowerOperator>(fixture.Driver, LaunchSize.Covering(x.Length, 64), memory.Upload(x), memory.Upload(y), result);
        AssertPower(x, y, memory.Download(result));
    }

    // With the float that lies nearest to a multiple of π/2, relative to its size: 16367173 · 2⁷². Source: Muller, Elementary Functions, 2006, chapter 9.
    private static float[] AllOverTheFloats() => [.. KernelTest.AllOverTheFloats(40_009), MathF.ScaleB(16_367_173, 72), -MathF.ScaleB(16_367_173, 72)];

    private static void AssertWithin(string name, float[] x, float[] y)
    {
        (_, _, Func<double, double> exact, double ulps) = Functions[name];
        (double worst, float worstAt) = x.Zip(y, (argument, value) => (KernelTest.UlpError(value, exact(argument)), argument)).Max();
        Assert.True(worst <= ulps, $"{name}({worstAt:G9}) is {worst:G4} ulp off; {ulps} are stated");
        if (exact(0) == 0)
        {
            Assert.True(float.IsNegative(y[Array.FindIndex(x, argument => argument == 0 && float.IsNegative(argument))]), $"{name}(-0) is not -0");
        }
    }

    private static (float[] X, float[] Y) PowerOperands()
    {
        List<float> x = [];
        List<float> y = [];
        float[] special = [.. KernelTest.SpecialValues, 2, -2, 3, -3, 0.5f, -0.5f, 1.5f, 16777215, -16777215, 33554432, 1e38f, 0.99999994f, 1.0000001f];
        foreach (float left in special)
        {
            foreach (float right in special)
            {
                x.Add(left);
                y.Add(right);
            }
        }

        // Exponents for which the result is a number: up to 160 / |log₂ x|.
        Random random = new(1);
        for (int i = 0; i < 100_000; i++)
        {
            float left = BitConverter.UInt32BitsToSingle((uint)random.Next(1, 0x7F800000));
            x.Add(i % 3 == 0 ? 1 + ((random.NextSingle() - 0.5f) * 0.01f) : left);
            y.Add((float)(((random.NextDouble() * 2) - 1) * 160 / Math.Max(1e-9, Math.Abs(Math.Log2(x[^1])))));
        }

        return ([.. x], [.. y]);
    }

    private static void AssertPower(float[] x, float[] y, float[] result)
    {
        double worst = 0;
        int worstAt = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double error = KernelTest.UlpError(result[i], Math.Pow(x[i], y[i]));
            if (error > worst)
            {
                (worst, worstAt) = (error, i);
            }
        }

        Assert.True(worst <= 3, $"Pow({x[worstAt]:G9}, {y[worstAt]:G9}) = {result[worstAt]:G9} is {worst:G4} ulp off; 3 are stated");
    }
}
