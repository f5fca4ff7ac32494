using Quern.Tensors;

namespace Quern.Nn;

// What a module makes of an input of some shape.
public abstract partial class Module
{
    /// <summary>Lists the modules that this one is made of with the shapes of their outputs, their parameters and the memory that training takes.</summary>
    /// <param name="input">The shape of an input, batch included: <c>[32, 784]</c>.</param>
    /// <returns>The list, whose text is laid out as torchinfo's.</returns>
    /// <remarks>
    /// Zeros are passed forward, on the device of the parameters and in evaluation, so that no statistics and no random numbers are touched. Each module is left in the mode in
    /// which it was; forward passes without a backward pass are forgotten. Like a training step, it is for one thread at a time.
    /// </remarks>
    /// <exception cref="ShapeException">The module takes no input of this shape.</exception>
    public ModuleSummary Summary(Shape input)
    {
        List<(Module Module, bool IsTraining, bool KeepsForBackward)> modes = [];
        AddModes(modes);
        try
        {
            Eval(keepForBackward: true);
            foreach ((Module module, _, _) in modes)
            {
                module._outputShape = null;
            }

            Device device = AllParameters() is [Parameter first, ..] ? first.Value.Device : Device.Cpu;
            _outputShape = Forward(Tensor.Zeros(input, device)).Shape;
            return new ModuleSummary(input, [.. Tree().Select(part => Describe(part.Key, part.Value))], NamedBuffers.Sum(buffer => buffer.Value.Value.ElementCount));
        }
        finally
        {
            foreach ((Module module, bool isTraining, bool keepsForBackward) in modes)
            {
                module.IsTraining = isTraining;
                module.KeepsForBackward = keepsForBackward;
            }

            ForgetPasses();
        }
    }

    private static LayerSummary Describe(string place, Module module) => new(
        place, module.GetType().Name, module._outputShape, module._parameters.Sum(named => named.Value.Value.ElementCount), module._children.Count == 0);

    private void AddModes(List<(Module Module, bool IsTraining, bool KeepsForBackward)> modes)
    {
        modes.Add((this, IsTraining, KeepsForBackward));
        foreach (KeyValuePair<string, Module> child in _children)
        {
            child.Value.AddModes(modes);
        }

        foreach (Module follower in _followers)
        {
            follower.AddModes(modes);
        }
    }
}
