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

// Quern.Kernels.Gpu.Philox.Radius(uint word)
static float Philox_Radius(uint word)
{
    return sqrt(-2.0f * log(((word >> 8) + 1u) * 5.9604645e-08f));
}

// Quern.Kernels.Gpu.Philox.Store(ArrayView<float> result, int length, int i, float offset, float scale, float value)
static void Philox_Store(__global float* result, int length_, int i, float offset, float scale, float value)
{
    if (i < length_)
    {
        float scaled = value * scale;

        result[i] = offset + scaled;
    }
}

// Quern.Kernels.Gpu.Philox.Normal(uint seedLow, uint seedHigh, uint streamLow, uint streamHigh, float mean, float std, ArrayView<float> result)
__kernel void Philox_Normal(
    uint seedLow,
    uint seedHigh,
    uint streamLow,
    uint streamHigh,
    float mean,
    float std,
    __global float* result_buffer, long result_offset, long result_length)
{
    __global float* result = result_buffer + result_offset;

    int block = (int)get_global_id(0);
    Words words = Philox_Encrypt((uint)block, 0u, streamLow, streamHigh, seedLow, seedHigh);
    int i = block * 4;
    float radius = Philox_Radius(words.Word0);
    float angle = (words.Word1 >> 8) * 3.7450704e-07f;

    Philox_Store(result, (int)result_length, i, mean, std, radius * cos(angle));
    Philox_Store(result, (int)result_length, i + 1, mean, std, radius * sin(angle));
    radius = Philox_Radius(words.Word2);
    angle = (words.Word3 >> 8) * 3.7450704e-07f;
    Philox_Store(result, (int)result_length, i + 2, mean, std, radius * cos(angle));
    Philox_Store(result, (int)result_length, i + 3, mean, std, radius * sin(angle));
}
