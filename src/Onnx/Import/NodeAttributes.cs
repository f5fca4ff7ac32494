using Quern.Nn;
using Quern.Onnx.Schema;
using AttributeType = Quern.Onnx.Schema.AttributeProto.Types.AttributeType;

namespace Quern.Onnx.Import;

/// <summary>The attributes of a node, with what ONNX takes where one is not given.</summary>
internal readonly struct NodeAttributes(NodeProto node)
{
    public long Int(string name, long otherwise) => Find(name, AttributeType.Int) is { } attribute ? attribute.I : otherwise;

    public float Float(string name, float otherwise) => Find(name, AttributeType.Float) is { } attribute ? attribute.F : otherwise;

    public string Word(string name, string otherwise) => Find(name, AttributeType.String) is { } attribute ? attribute.S.ToStringUtf8() : otherwise;

    public long[] Ints(string name, long[] otherwise) => Find(name, AttributeType.Ints) is { } attribute ? [.. attribute.Ints] : otherwise;

    public bool Has(string name) => node.Attribute.Any(attribute => attribute.Name == name);

    /// <summary>Refuses another value of an attribute than the one that layers have.</summary>
    public void Require(string name, long value, long otherwise)
    {
        if (Int(name, otherwise) is var found && found != value)
        {
            throw new UnsupportedNodeException($"its {name} is {found}; layers have {value}");
        }
    }

    /// <summary>A list of one number for each axis of a window.</summary>
    public Size2d Size(string name, int axes, long[] otherwise)
    {
        long[] sizes = Ints(name, otherwise);
        if (sizes.Length != axes || sizes.Any(size => size is < 0 or > int.MaxValue))
        {
            throw new UnsupportedNodeException($"its {name} is [{string.Join(", ", sizes.Take(8))}], where {axes} sizes were expected");
        }

        return axes == 1 ? new Size2d(1, (int)sizes[0]) : new Size2d((int)sizes[0], (int)sizes[1]);
    }

    /// <summary>The padding of a window, which has to be the same at both ends of an axis.</summary>
    public Size2d Padding(int axes)
    {
        long[] none = new long[2 * axes];
        string automatic = Word("auto_pad", "NOTSET");
        if (automatic is not ("NOTSET" or "VALID"))
        {
            throw new UnsupportedNodeException($"its auto_pad is {Names.Shown(automatic)}; layers have the same padding whatever the input: export with pads");
        }

        long[] pads = automatic == "VALID" ? none : Ints("pads", none);
        if (pads.Length != 2 * axes || !pads.AsSpan(0, axes).SequenceEqual(pads.AsSpan(axes)) || pads.Any(pad => pad is < 0 or > int.MaxValue))
        {
            throw new UnsupportedNodeException($"its pads are [{string.Join(", ", pads.Take(8))}]; layers have the same at both ends of an axis, 0 or more");
        }

        return axes == 1 ? new Size2d(0, (int)pads[0]) : new Size2d((int)pads[0], (int)pads[1]);
    }

    private AttributeProto? Find(string name, AttributeType type)
    {
        AttributeProto? attribute = node.Attribute.FirstOrDefault(attribute => attribute.Name == name);
        return attribute is null || attribute.Type == type
            ? attribute
            : throw new UnsupportedNodeException($"its attribute {name} is of another type than {type.ToString().ToLowerInvariant()}");
    }
}
