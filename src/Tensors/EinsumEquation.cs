namespace Quern.Tensors;

/// <summary>An equation of <see cref="Tensor.Einsum"/>, read for its operands: each axis has a label, those of an ellipsis digits that count from the innermost.</summary>
internal sealed class EinsumEquation
{
    private const string Ellipsis = "...";

    private readonly string _text;
    private readonly string[] _terms;
    private readonly Dictionary<char, int> _lengths = [];

    private EinsumEquation(string text, string[] terms, string result)
    {
        _text = text;
        _terms = terms;
        Result = result;
    }

    /// <summary>The labels of the result's axes.</summary>
    public string Result { get; }

    /// <summary>Reads an equation.</summary>
    /// <exception cref="ArgumentException">It is none, or does not fit the operands.</exception>
    /// <exception cref="ShapeException">Axes of one letter have different lengths.</exception>
    public static EinsumEquation Parse(string equation, ReadOnlySpan<Tensor> operands)
    {
        string[] sides = equation.Replace(" ", string.Empty, StringComparison.Ordinal).Split("->");
        string[] terms = sides[0].Split(',');
        if (sides.Length > 2)
        {
            throw Refused($"the equation '{equation}' has '->' more than once");
        }

        if (terms.Length != operands.Length)
        {
            throw Refused($"the equation '{equation}' has {terms.Length} terms, parted by commas, and {operands.Length} operands were given; each operand has its term");
        }

        int mostAxes = 0;
        for (int i = 0; i < terms.Length; i++)
        {
            int letters = CountLetters(equation, terms[i]);
            int others = operands[i].Rank - letters;
            if (terms[i].Contains(Ellipsis, StringComparison.Ordinal) ? others < 0 : others != 0)
            {
                throw Refused($"the term '{terms[i]}' of '{equation}' names {letters} axes; operand {i} has shape {operands[i].Shape}");
            }

            terms[i] = terms[i].Replace(Ellipsis, Digits(others), StringComparison.Ordinal);
            mostAxes = Math.Max(mostAxes, terms[i].Length - letters);
        }

        string all = string.Concat(terms);
        string result = sides.Length == 2 ? sides[1] : Ellipsis + string.Concat(all.Where(char.IsAsciiLetter).GroupBy(label => label).Where(group => group.Count() == 1).Select(group => group.Key).Order());
        CountLetters(equation, result);
        result = result.Replace(Ellipsis, Digits(mostAxes), StringComparison.Ordinal);
        foreach (char label in result)
        {
            if (!all.Contains(label))
            {
                throw Refused($"the result of '{equation}' has an axis '{label}', which no operand has");
            }

            if (result.IndexOf(label) != result.LastIndexOf(label))
            {
                throw Refused($"the result of '{equation}' has the axis '{label}' twice");
            }
        }

        EinsumEquation parsed = new(equation, terms, result);
        parsed.FindLengths(operands);
        return parsed;
    }

    /// <summary>An operand with each label once, without axes of length 1 that are longer elsewhere.</summary>
    public LabelledTensor Operand(int i, Tensor tensor)
    {
        string labels = _terms[i];
        for (int axis = labels.Length - 1; axis >= 0; axis--)
        {
            int before = labels.IndexOf(labels[axis]);
            if (before < axis)
            {
                if (tensor.Shape[before] != tensor.Shape[axis])
                {
                    throw new ShapeException(
                        $"Einsum: the axis '{labels[axis]}' of '{_text}' has the lengths {tensor.Shape[before]} and {tensor.Shape[axis]} in operand {i}; a diagonal takes equal ones.");
                }

                tensor = tensor.Diagonal(0, before, axis);
                labels = labels.Remove(axis, 1).Remove(before, 1) + labels[axis];
                axis = labels.Length;
            }
        }

        for (int axis = labels.Length - 1; axis >= 0; axis--)
        {
            if (tensor.Shape[axis] != _lengths[labels[axis]])
            {
                tensor = tensor.WithShape(tensor.Shape.Without(axis));
                labels = labels.Remove(axis, 1);
            }
        }

        return new LabelledTensor(tensor, labels);
    }

    /// <summary>The labels that the result or an operand behind one has.</summary>
    public string NeededBehind(int operand) => string.Concat(_terms[(operand + 1)..]) + Result;

    private void FindLengths(ReadOnlySpan<Tensor> operands)
    {
        for (int i = 0; i < operands.Length; i++)
        {
            for (int axis = 0; axis < _terms[i].Length; axis++)
            {
                char label = _terms[i][axis];
                int length = operands[i].Shape[axis];
                int known = _lengths.GetValueOrDefault(label, 1);
                if (known != 1 && length != 1 && length != known)
                {
                    string which = char.IsDigit(label) ? "an axis of '...'" : $"the axis '{label}'";
                    throw new ShapeException(
                        $"Einsum: {which} of '{_text}' has length {length} in operand {i}, of shape {operands[i].Shape}, and {known} before; they must be equal, or one of them 1.");
                }

                _lengths[label] = known == 1 ? length : known;
            }
        }
    }

    // Of a term that has nothing but letters and perhaps an ellipsis.
    private static int CountLetters(string equation, string term)
    {
        int ellipsis = term.IndexOf(Ellipsis, StringComparison.Ordinal);
        string letters = ellipsis < 0 ? term : term.Remove(ellipsis, Ellipsis.Length);
        foreach (char letter in letters)
        {
            if (!char.IsAsciiLetter(letter))
            {
                throw Refused(
                    $"the equation '{equation}' has '{letter}' where a letter of an axis should be; it is written as 'ij,jk->ik', with '...' at most once in a term");
            }
        }

        return letters.Length;
    }

    private static string Digits(int count) => "543210"[^Math.Clamp(count, 0, Shape.MaxRank)..];

    private static ArgumentException Refused(string reason) => new($"Einsum: {reason}.");
}
