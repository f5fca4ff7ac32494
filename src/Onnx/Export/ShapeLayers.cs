using Quern.Nn;
using static Quern.Onnx.Export.LayerPlace;

namespace Quern.Onnx.Export;

/// <summary>Layers that change the shape, and the table whose rows are looked up.</summary>
internal static class ShapeLayers
{
    public static void AddRows()
    {
        LayerTable.Add<Flatten>((place, _) => place.Node("Flatten", Attribute("axis", 1L)));

        // Where the new shape has a 0, ONNX copies the length of the old one: the batch.
        LayerTable.Add<Unflatten>((place, layer) =>
            place.Node("Reshape", [place.Input, place.Vector("shape", [0, .. layer.Sample.Select(length => (long)length)])]));

        // ONNX looks up whole numbers, 7 being those of 64 bits.
        LayerTable.Add<Embedding>((place, layer) =>
            place.Node("Gather", [place.Weight("weight", layer.Weight.Value), place.Node("Cast", Attribute("to", 7L))], Attribute("axis", 0L)));
        LayerTable.Add<Upsample>((place, layer) => place.Node(
            "Resize",
            [place.Input, string.Empty, place.Vector("scales", [1f, 1f, layer.ScaleFactor, layer.ScaleFactor])],
            Attribute("mode", "nearest"),
            Attribute("coordinate_transformation_mode", "asymmetric"),
            Attribute("nearest_mode", "floor")));
    }
}
