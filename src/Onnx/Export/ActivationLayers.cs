using Quern.Nn;
using static Quern.Onnx.Export.LayerPlace;

namespace Quern.Onnx.Export;

/// <summary>Activations and dropout. Those that ONNX has no operator for are written as the formula that PyTorch writes.</summary>
internal static class ActivationLayers
{
    public static void AddRows()
    {
        LayerTable.Add<Relu>((place, _) => place.Node("Relu"));
        LayerTable.Add<Sigmoid>((place, _) => place.Node("Sigmoid"));
        LayerTable.Add<Tanh>((place, _) => place.Node("Tanh"));
        LayerTable.Add<LeakyRelu>((place, layer) => place.Node("LeakyRelu", Attribute("alpha", layer.NegativeSlope)));
        LayerTable.Add<Elu>((place, layer) => place.Node("Elu", Attribute("alpha", layer.Alpha)));
        LayerTable.Add<Softmax>((place, _) => place.Node("Softmax", Attribute("axis", -1L)));
        LayerTable.Add<Softplus>(Softplus);
        LayerTable.Add<Silu>((place, _) => place.Node("Mul", [place.Input, place.Node("Sigmoid")]));
        LayerTable.Add<Gelu>((place, layer) => layer.Approximate ? GeluTanh(place) : Gelu(place));
        LayerTable.Add<Dropout>((place, _) => place.Input);
    }

    private static string Softplus(LayerPlace place, Softplus layer)
    {
        if (layer.Beta == 1)
        {
            return place.Node("Softplus");
        }

        string beta = place.Number("beta", layer.Beta);
        return place.Node("Div", [place.Node("Softplus", [place.Node("Mul", [place.Input, beta])]), beta]);
    }

    // ½ (x (1 + erf(x / √2))).
    private static string Gelu(LayerPlace place)
    {
        string erf = place.Node("Erf", [place.Node("Div", [place.Input, place.Number("sqrt2", Math.Sqrt(2))])]);
        return Halved(place, erf);
    }

    // ½ (x (1 + tanh(√(2/π) (x + 0.044715 x³)))).
    private static string GeluTanh(LayerPlace place)
    {
        string cube = place.Node("Mul", [place.Input, place.Node("Mul", [place.Input, place.Input])]);
        string sum = place.Node("Add", [place.Input, place.Node("Mul", [place.Number("cubic", 0.044715), cube])]);
        string tanh = place.Node("Tanh", [place.Node("Mul", [place.Number("scale", Math.Sqrt(2 / Math.PI)), sum])]);
        return Halved(place, tanh);
    }

    private static string Halved(LayerPlace place, string share)
    {
        string product = place.Node("Mul", [place.Input, place.Node("Add", [share, place.Number("one", 1)])]);
        return place.Node("Mul", [product, place.Number("half", 0.5)]);
    }
}
