namespace Quern.Kernels;

/// <summary>The groups of a convolution: runs of channels in and runs of channels out, each joined with its own alone.</summary>
internal static class ChannelGroups
{
    /// <summary>Refuses groups that the channels do not fall into.</summary>
    /// <param name="operation">The operation, for the message.</param>
    /// <param name="inputChannels">Channels in.</param>
    /// <param name="outputChannels">Channels out.</param>
    /// <param name="groups">How many groups there are.</param>
    /// <exception cref="ArgumentException">There are no channels or no groups, or the groups would not be equal.</exception>
    public static void Check(string operation, int inputChannels, int outputChannels, int groups)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputChannels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputChannels, 1);
        if (groups < 1 || inputChannels % groups != 0 || outputChannels % groups != 0)
        {
            throw new ArgumentException(
                $"{operation}: {inputChannels} channels in and {outputChannels} channels out do not fall into {groups} equal groups. Choose a divisor of both numbers.");
        }
    }
}
