using Quern.Tensors;

namespace Quern.Nn.Tests.StateFiles;

/// <summary>Weights, input and output that PyTorch wrote: tests/parity/safetensors_interop.py fixture.</summary>
public sealed class PyTorchFixtureTests
{
    private readonly StateDictionary _state = SafeTensors.Read(Path.Combine(AppContext.BaseDirectory, "StateFiles", "pytorch.safetensors"));

    [Fact]
    public void Weights_from_PyTorch_reproduce_its_outputs()
    {
        Sequential network = new(new Linear(7, 5, new Generator(0)), new Relu(), new Linear(5, 3, new Generator(0)), new Sigmoid());
        network.Load(_state.Tensors.Where(named => char.IsAsciiDigit(named.Key[0])).ToDictionary());
        Assert.True(network.Forward(_state.Tensors["input"]).AllClose(_state.Tensors["output"], relative: 0, absolute: 1e-5));
        Assert.Equal("pt", _state.Metadata["format"]);
    }

    [Theory]
    [InlineData("F64")]
    [InlineData("F16")]
    [InlineData("BF16")]
    public void Other_kinds_of_numbers_become_what_PyTorch_makes_of_them(string dtype) =>
        Assert.Equal(_state.Tensors[$"expected.{dtype}"].ToArray(), _state.Tensors[$"numbers.{dtype}"].ToArray());

    [Fact]
    public void A_count_of_PyTorch_is_read() => Assert.Equal(1234567, _state.Tensors["count"].Item());
}
