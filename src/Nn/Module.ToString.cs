using System.Globalization;
using System.Text;

namespace Quern.Nn;

// How modules show themselves in a debugger or on a console.
public abstract partial class Module
{
    /// <summary>
    /// The modules that this one is made of with the shapes of their parameters and buffers, each on a line of its own as PyTorch shows
    /// them, and how many numbers training changes: <c>Linear(weight [8, 2], bias [8]) 24 parameters</c>.
    /// </summary>
    public override string ToString()
    {
        StringBuilder text = new();
        long count = Describe(text, indent: 0);
        return count == 0 ? text.ToString() : text.Append(CultureInfo.InvariantCulture, $" {count:N0} parameters").ToString();
    }

    // Appends a module, and returns how many numbers its parameters hold.
    private long Describe(StringBuilder text, int indent)
    {
        long count = _parameters.Sum(named => named.Value.Value.ElementCount);
        IEnumerable<string> tensors = _parameters.Select(named => $"{named.Key} {named.Value.Value.Shape}")
            .Concat(_buffers.Select(named => $"{named.Key} {named.Value.Value.Shape}"));
        text.Append(GetType().Name).Append('(');
        if (_children.Count == 0)
        {
            text.AppendJoin(", ", tensors).Append(')');
            return count;
        }

        string line = "\n" + new string(' ', indent);
        foreach (string tensor in tensors)
        {
            text.Append(line).Append("  ").Append(tensor);
        }

        foreach ((string name, Module child) in _children)
        {
            text.Append(line).Append("  (").Append(name).Append("): ");
            count += child.Describe(text, indent + 2);
        }

        text.Append(line).Append(')');
        return count;
    }
}
