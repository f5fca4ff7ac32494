namespace Quern.Kernels.Gpu;

/// <summary>Sixteen neighbouring values of a row. Named one by one, so that compilers keep them in registers and make vectors of them.</summary>
internal struct Row16
{
    public float V0;
    public float V1;
    public float V2;
    public float V3;
    public float V4;
    public float V5;
    public float V6;
    public float V7;
    public float V8;
    public float V9;
    public float V10;
    public float V11;
    public float V12;
    public float V13;
    public float V14;
    public float V15;

    /// <summary>Sixteen zeros.</summary>
    public static Row16 Zero()
    {
        Row16 row;
        row.V0 = 0f;
        row.V1 = 0f;
        row.V2 = 0f;
        row.V3 = 0f;
        row.V4 = 0f;
        row.V5 = 0f;
        row.V6 = 0f;
        row.V7 = 0f;
        row.V8 = 0f;
        row.V9 = 0f;
        row.V10 = 0f;
        row.V11 = 0f;
        row.V12 = 0f;
        row.V13 = 0f;
        row.V14 = 0f;
        row.V15 = 0f;
        return row;
    }

    /// <summary>Sixteen values from memory.</summary>
    public static Row16 Load(ArrayView<float> from, long start)
    {
        Row16 row;
        row.V0 = from[start];
        row.V1 = from[start + 1];
        row.V2 = from[start + 2];
        row.V3 = from[start + 3];
        row.V4 = from[start + 4];
        row.V5 = from[start + 5];
        row.V6 = from[start + 6];
        row.V7 = from[start + 7];
        row.V8 = from[start + 8];
        row.V9 = from[start + 9];
        row.V10 = from[start + 10];
        row.V11 = from[start + 11];
        row.V12 = from[start + 12];
        row.V13 = from[start + 13];
        row.V14 = from[start + 14];
        row.V15 = from[start + 15];
        return row;
    }

    /// <summary>Sixteen values to memory.</summary>
    public static void Store(Row16 row, ArrayView<float> to, long start)
    {
        to[start] = row.V0;
        to[start + 1] = row.V1;
        to[start + 2] = row.V2;
        to[start + 3] = row.V3;
        to[start + 4] = row.V4;
        to[start + 5] = row.V5;
        to[start + 6] = row.V6;
        to[start + 7] = row.V7;
        to[start + 8] = row.V8;
        to[start + 9] = row.V9;
        to[start + 10] = row.V10;
        to[start + 11] = row.V11;
        to[start + 12] = row.V12;
        to[start + 13] = row.V13;
        to[start + 14] = row.V14;
        to[start + 15] = row.V15;
    }

    /// <summary>sum + factor · row.</summary>
    public static Row16 AddProduct(Row16 sum, float factor, Row16 row)
    {
        sum.V0 += factor * row.V0;
        sum.V1 += factor * row.V1;
        sum.V2 += factor * row.V2;
        sum.V3 += factor * row.V3;
        sum.V4 += factor * row.V4;
        sum.V5 += factor * row.V5;
        sum.V6 += factor * row.V6;
        sum.V7 += factor * row.V7;
        sum.V8 += factor * row.V8;
        sum.V9 += factor * row.V9;
        sum.V10 += factor * row.V10;
        sum.V11 += factor * row.V11;
        sum.V12 += factor * row.V12;
        sum.V13 += factor * row.V13;
        sum.V14 += factor * row.V14;
        sum.V15 += factor * row.V15;
        return sum;
    }
}
