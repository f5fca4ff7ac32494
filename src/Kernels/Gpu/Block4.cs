namespace Quern.Kernels.Gpu;

/// <summary>Four rows of four sums in registers: the part of a tile that a work-item computes.</summary>
internal struct Block4
{
    public Float4 Row0;
    public Float4 Row1;
    public Float4 Row2;
    public Float4 Row3;

    /// <summary>Sixteen zeros.</summary>
    public static Block4 Zero()
    {
        Block4 block;
        block.Row0 = new Float4(0f, 0f, 0f, 0f);
        block.Row1 = new Float4(0f, 0f, 0f, 0f);
        block.Row2 = new Float4(0f, 0f, 0f, 0f);
        block.Row3 = new Float4(0f, 0f, 0f, 0f);
        return block;
    }

    /// <summary>sums + left · right: one step of a product, of four rows and four columns.</summary>
    public static Block4 AddProduct(Block4 sums, Float4 left, Float4 right)
    {
        sums.Row0 += left.X * right;
        sums.Row1 += left.Y * right;
        sums.Row2 += left.Z * right;
        sums.Row3 += left.W * right;
        return sums;
    }
}
