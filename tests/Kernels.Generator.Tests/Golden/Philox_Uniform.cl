// Quern.Kernels.Gpu.Philox.Words
typedef struct
{
    uint Word0;
    uint Word1;
    uint Word2;
    uint Word3;
} Words;

// Quern.Kernels.Gpu.Philox.Encrypt(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1)
static Words Philox_Encrypt(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1)
{
    Words words;

    for (int round_ = 0; round_ < 10; round_++)
    {
        ulong first = 3528531795UL * c0;
        ulong second = 3449720151UL * c2;

        c0 = (uint)(second >> 32) ^ c1 ^ k0;
        c1 = (uint)second;
        c2 = (uint)(first >> 32) ^ c3 ^ k1;
        c3 = (uint)first;
        k0 += 2654435769u;
        k1 += 3144134277u;
    }
    words.Word0 = c0;
    words.Word1 = c1;
    words.Word2 = c2;
    words.Word3 = c3;
    return words;
}

// Quern.Kernels.Gpu.Philox.StoreUniform(ArrayView<float> result, int length, int i, float offset, float width, float factor, float greatest, uint word)
static void Philox_StoreUniform(__global float* result, int length_, int i, float offset, float width, float factor, float greatest, uint word)
{
    if (i < length_)
    {
        float scaled = (word >> 8) * 5.9604645e-08f * width;
        float value = offset + scaled;

        result[i] = fmin(value * factor, greatest);
    }
}

// Quern.Kernels.Gpu.Philox.Uniform(uint seedLow, uint seedHigh, uint streamLow, uint streamHigh, float offset, float width, float factor, float greatest, ArrayView<float> result)
__kernel void Philox_Uniform(
    uint seedLow,
    uint seedHigh,
    uint streamLow,
    uint streamHigh,
    float offset,
    float width,
    float factor,
    float greatest,
    __global float* result_buffer, long result_offset, long result_length)
{
    __global float* result = result_buffer + result_offset;

    int block = (int)get_global_id(0);
    Words words = Philox_Encrypt((uint)block, 0u, streamLow, streamHigh, seedLow, seedHigh);
    int i = block * 4;

    Philox_StoreUniform(result, (int)result_length, i, offset, width, factor, greatest, words.Word0);
    Philox_StoreUniform(result, (int)result_length, i + 1, offset, width, factor, greatest, words.Word1);
    Philox_StoreUniform(result, (int)result_length, i + 2, offset, width, factor, greatest, words.Word2);
    Philox_StoreUniform(result, (int)result_length, i + 3, offset, width, factor, greatest, words.Word3);
}
