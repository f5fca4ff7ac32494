using Quern.Nn;

namespace Quern.Onnx.Export;

/// <summary>Evaluation for as long as it is not disposed; then the module and those below it are in the modes that they were in.</summary>
internal readonly struct EvaluationMode : IDisposable
{
    private readonly List<(Module Module, bool IsTraining, bool KeepsForBackward)> _before = [];

    public EvaluationMode(Module module)
    {
        foreach ((_, Module part) in module.NamedModules)
        {
            _before.Add((part, part.IsTraining, part.KeepsForBackward));
        }

        // A module that serves other threads is left alone.
        if (_before.Exists(part => part.KeepsForBackward))
        {
            module.Eval();
        }
        else
        {
            _before.Clear();
        }
    }

    public void Dispose()
    {
        // Each module takes those below it along, and they come after it.
        foreach ((Module module, bool isTraining, bool keepsForBackward) in _before)
        {
            if (isTraining)
            {
                module.Train();
            }
            else
            {
                module.Eval(keepsForBackward);
            }
        }
    }
}
