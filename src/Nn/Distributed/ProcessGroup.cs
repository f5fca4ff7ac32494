using System.Security.Cryptography;

namespace Quern.Nn;

/// <summary>
/// Processes that train one network together, on one machine or several. Every process calls the same methods in the same order; each of them waits until
/// all have called it. The names are those of <c>torch.distributed</c>.
/// </summary>
/// <remarks>The package <c>Quern.Mpi</c> has one over MPI. One thread uses a group at a time.</remarks>
public abstract class ProcessGroup
{
    /// <summary>The number of this process: from 0 to <see cref="Size"/> - 1.</summary>
    public abstract int Rank { get; }

    /// <summary>How many processes there are: at least 1.</summary>
    public abstract int Size { get; }

    /// <summary>The number of this process among those on its machine, from 0: the number of the GPU to take where each process has one.</summary>
    public virtual int LocalRank => Rank;

    /// <summary>How many of the processes are on this machine: at least 1.</summary>
    public virtual int LocalSize => Size;

    /// <summary>Adds up what all processes give, number by number; every process receives the sums, the same to the bit.</summary>
    /// <param name="values">This process's numbers, as many in every process; replaced by the sums.</param>
    public abstract void AllReduce(Span<float> values);

    /// <summary>Gives every process the bytes of one of them.</summary>
    /// <param name="bytes">As many in every process; replaced by those of the root.</param>
    /// <param name="root">The rank of the process whose bytes they are.</param>
    public abstract void Broadcast(Span<byte> bytes, int root);

    /// <summary>Ends all processes at once: for one that failed alone, for which the others would wait forever.</summary>
    /// <param name="exitCode">The exit code of the program.</param>
    public abstract void Abort(int exitCode);

    /// <summary>Makes sure that all processes have the same.</summary>
    /// <param name="what">What is compared, in the plural, for the error: <c>settings</c>.</param>
    /// <param name="content">What this process has. Only a hash of it is exchanged.</param>
    /// <exception cref="ProcessGroupException">Some process has something else than process 0. It is thrown in all of them.</exception>
    public void CheckSame(string what, ReadOnlySpan<byte> content)
    {
        ArgumentNullException.ThrowIfNull(what);
        Span<byte> own = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> first = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, own);
        own.CopyTo(first);
        Broadcast(first, root: 0);
        Span<float> others = [own.SequenceEqual(first) ? 0 : 1];
        AllReduce(others);
        if (others[0] > 0)
        {
            throw new ProcessGroupException($"{(int)others[0]} of {Size} processes have other {what} than process 0, and all must have the same.");
        }
    }
}
