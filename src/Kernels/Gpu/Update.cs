using Quern.Kernels.Operators;

namespace Quern.Kernels.Gpu;

/// <summary>Steps of optimizers.</summary>
internal static partial class Update
{
    /// <summary>How many parameters one launch changes. So many views fit into the 1024 bytes of arguments that every OpenCL device takes.</summary>
    public const int Slots = 8;

    /// <summary>
    /// One step of up to eight parameters. One work-item for each run of elements; the groups of a parameter follow those of the one before.
    /// </summary>
    /// <remarks>
    /// A slot is a parameter, the loss's derivative with respect to it, the first and the second number that are kept for each of its elements, and the
    /// first group behind it; its views are empty where there is none. Then follow how many numbers are kept for each element (0, 1 or 2), the
    /// formula's coefficients, and the elements of a work-item.
    /// </remarks>
    [Kernel]
    public static void Run<TUpdate>(
        ArrayView<float> parameter0, ArrayView<float> gradient0, ArrayView<float> first0, ArrayView<float> second0, int end0,
        ArrayView<float> parameter1, ArrayView<float> gradient1, ArrayView<float> first1, ArrayView<float> second1, int end1,
        ArrayView<float> parameter2, ArrayView<float> gradient2, ArrayView<float> first2, ArrayView<float> second2, int end2,
        ArrayView<float> parameter3, ArrayView<float> gradient3, ArrayView<float> first3, ArrayView<float> second3, int end3,
        ArrayView<float> parameter4, ArrayView<float> gradient4, ArrayView<float> first4, ArrayView<float> second4, int end4,
        ArrayView<float> parameter5, ArrayView<float> gradient5, ArrayView<float> first5, ArrayView<float> second5, int end5,
        ArrayView<float> parameter6, ArrayView<float> gradient6, ArrayView<float> first6, ArrayView<float> second6, int end6,
        ArrayView<float> parameter7, ArrayView<float> gradient7, ArrayView<float> first7, ArrayView<float> second7,
        int states, float c0, float c1, float c2, float c3, float c4, float c5, float c6, float c7, int run)
        where TUpdate : struct, IUpdateOperator
    {
        int group = Grid.IdxX;
        if (group < end0)
        {
            Step<TUpdate>(parameter0, parameter0.IntLength, gradient0, first0, second0, states, ((group * Group.DimX) + Group.IdxX) * run, run, c0, c1, c2, c3, c4, c5, c6, c7);
        }
        else if (group < end1)
        {
            Step<TUpdate>(parameter1, parameter1.IntLength, gradient1, first1, second1, states, (((group - end0) * Group.DimX) + Group.IdxX) * run, run, c0, c1, c2, c3, c4, c5, c6, c7);
        }
        else if (group < end2)
        {
            Step<TUpdate>(parameter2, parameter2.IntLength, gradient2, first2, second2, states, (((group - end1) * Group.DimX) + Group.IdxX) * run, run, c0, c1, c2, c3, c4, c5, c6, c7);
        }
        else if (group < end3)
        {
            Step<TUpdate>(parameter3, parameter3.IntLength, gradient3, first3, second3, states, (((group - end2) * Group.DimX) + Group.IdxX) * run, run, c0, c1, c2, c3, c4, c5, c6, c7);
        }
        else if (group < end4)
        {
            Step<TUpdate>(parameter4, parameter4.IntLength, gradient4, first4, second4, states, (((group - end3) * Group.DimX) + Group.IdxX) * run, run, c0, c1, c2, c3, c4, c5, c6, c7);
        }
        else if (group < end5)
        {
            Step<TUpdate>(parameter5, parameter5.IntLength, gradient5, first5, second5, states, (((group - end4) * Group.DimX) + Group.IdxX) * run, run, c0, c1, c2, c3, c4, c5, c6, c7);
        }
        else if (group < end6)
        {
            Step<TUpdate>(parameter6, parameter6.IntLength, gradient6, first6, second6, states, (((group - end5) * Group.DimX) + Group.IdxX) * run, run, c0, c1, c2, c3, c4, c5, c6, c7);
        }
        else
        {
            Step<TUpdate>(parameter7, parameter7.IntLength, gradient7, first7, second7, states, (((group - end6) * Group.DimX) + Group.IdxX) * run, run, c0, c1, c2, c3, c4, c5, c6, c7);
        }
    }

    private static void Step<TUpdate>(
        ArrayView<float> parameters, int length, ArrayView<float> gradients, ArrayView<float> states0, ArrayView<float> states1, int states,
        int first, int run, float c0, float c1, float c2, float c3, float c4, float c5, float c6, float c7)
        where TUpdate : struct, IUpdateOperator
    {
        int end = XMath.Min(first + run, length);
        for (int i = first; i < end; i++)
        {
            float parameter = parameters[i];
            float state0 = 0f;
            float state1 = 0f;
            if (states > 0)
            {
                state0 = states0[i];
            }

            if (states > 1)
            {
                state1 = states1[i];
            }

            TUpdate.Invoke<DeviceScalar, float>(ref parameter, gradients[i], ref state0, ref state1, c0, c1, c2, c3, c4, c5, c6, c7);
            parameters[i] = parameter;
            if (states > 0)
            {
                states0[i] = state0;
            }

            if (states > 1)
            {
                states1[i] = state1;
            }
        }
    }
}
