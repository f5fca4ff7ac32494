namespace Quern.Kernels.Gpu;

/// <summary>The tile of a product that a group computes. Tiles are numbered from left to right, then down, then from product to product.</summary>
internal struct TilePlace
{
    /// <summary>The product.</summary>
    public int Product;

    /// <summary>The tile's first row.</summary>
    public int Top;

    /// <summary>The tile's first column.</summary>
    public int Side;

    /// <summary>The steps of the product: the columns of its left operand.</summary>
    public int Steps;

    /// <summary>The tile of this group.</summary>
    /// <param name="tile">The rows, and the columns, of a tile.</param>
    /// <param name="across">How many tiles cover the columns of a result.</param>
    /// <param name="down">How many tiles cover its rows.</param>
    /// <param name="k">The steps of a product.</param>
    /// <param name="lastK">The steps of the last product.</param>
    public static TilePlace Of(int tile, int across, int down, int k, int lastK)
    {
        int row = Grid.IdxX / across;
        TilePlace place;
        place.Product = row / down;
        place.Top = (row - (place.Product * down)) * tile;
        place.Side = (Grid.IdxX - (row * across)) * tile;
        place.Steps = place.Product == (Grid.DimX / (across * down)) - 1 ? lastK : k;
        return place;
    }
}
