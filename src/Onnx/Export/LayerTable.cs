using System.Diagnostics.CodeAnalysis;
using Quern.Nn;

namespace Quern.Onnx.Export;

/// <summary>How each layer of Quern.Nn is written, by its type. A layer that is added there gets a row in the file of its family.</summary>
internal static class LayerTable
{
    private static readonly Dictionary<Type, Func<LayerPlace, Module, string>> Writers = [];

    static LayerTable()
    {
        ProductLayers.AddRows();
        PoolingLayers.AddRows();
        NormLayers.AddRows();
        ActivationLayers.AddRows();
        ShapeLayers.AddRows();
        CompositeLayers.AddRows();
        AttentionLayers.AddRows();
    }

    /// <summary>The layers that can be written.</summary>
    public static IEnumerable<Type> Types => Writers.Keys;

    /// <summary>Adds a layer.</summary>
    /// <param name="write">Writes the layer's operators, and returns the name of the value that is its output.</param>
    public static void Add<T>(Func<LayerPlace, T, string> write)
        where T : Module => Writers.Add(typeof(T), (place, layer) => write(place, (T)layer));

    /// <summary>Finds how a layer is written.</summary>
    public static bool TryGet(Type layer, [NotNullWhen(true)] out Func<LayerPlace, Module, string>? write) => Writers.TryGetValue(layer, out write);
}
