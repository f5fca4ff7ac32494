using System.Text;
using Quern.Kernels.Gpu;

namespace Quern.Kernels.Operators;

/// <summary>What an operator is in OpenCL C: its formulas, the functions that they call, and the operators that they are made of.</summary>
public sealed class OperatorSource
{
    private readonly OperatorFunction[] _functions;
    private readonly OperatorSource[] _uses;

    /// <summary>Describes an operator; called by generated code.</summary>
    /// <param name="name">The operator's name in OpenCL C: formula <c>F</c> is the function <c>name_F</c>.</param>
    /// <param name="functions">The functions, each after those that it calls.</param>
    /// <param name="uses">The other operators whose formulas they call.</param>
    public OperatorSource(string name, OperatorFunction[] functions, params OperatorSource[] uses)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(functions);
        ArgumentNullException.ThrowIfNull(uses);
        Name = name;
        _functions = functions;
        _uses = uses;
    }

    /// <summary>The operator's name in OpenCL C.</summary>
    public string Name { get; }

    /// <summary>The functions, each after those that it calls.</summary>
    internal IReadOnlyList<OperatorFunction> Functions => _functions;

    /// <summary>The source of an operator.</summary>
    /// <exception cref="NotSupportedException">The generator did not see the operator.</exception>
    public static OperatorSource Of<TOperator>()
        where TOperator : struct, IOperator => TOperator.Source;

    /// <summary>A whole program: a text with all the functions that it calls, directly or not, in front of it, each once.</summary>
    internal static string Program(string text, ReadOnlySpan<OperatorSource> operators)
    {
        List<OperatorFunction> functions = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        Collect([Of<DeviceScalar>(), .. operators], functions, names);

        // Backwards, since a function stands behind those that it calls.
        StringBuilder needed = new(text);
        for (int i = functions.Count - 1; i >= 0; i--)
        {
            if (needed.ToString().Contains(functions[i].Name + "(", StringComparison.Ordinal))
            {
                needed.Insert(0, functions[i].Text + "\n");
            }
        }

        return needed.ToString();
    }

    private static void Collect(ReadOnlySpan<OperatorSource> operators, List<OperatorFunction> functions, HashSet<string> names)
    {
        foreach (OperatorSource source in operators)
        {
            Collect(source._uses, functions, names);
            foreach (OperatorFunction function in source._functions)
            {
                if (names.Add(function.Name))
                {
                    functions.Add(function);
                }
            }
        }
    }
}

/// <summary>One function of OpenCL C.</summary>
/// <param name="Name">The function's name.</param>
/// <param name="Text">Its whole text.</param>
public readonly record struct OperatorFunction(string Name, string Text);
