using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Quern.Nn;
using static MPI.Unsafe;

namespace Quern.Mpi;

/// <summary>The processes that <c>mpirun</c> started, as a <see cref="ProcessGroup"/>; without <c>mpirun</c>, this process alone.</summary>
/// <remarks>It uses the world communicator. MPI ends all processes with a message where a call fails or, as MPICH and MS-MPI do, where one of them dies.</remarks>
public sealed class MpiProcessGroup : ProcessGroup
{
    private static readonly TimeSpan TimeForOutput = TimeSpan.FromSeconds(0.5);

    // The address that stands for the receive buffer where a reduction is done in place: the same in MPICH and MS-MPI.
    private const nint InPlace = -1;

    // What launchers say to the processes they start about their number: those of Open MPI, and of MPICH and MS-MPI.
    private static readonly string[] SizeVariables = ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE"];

    private MpiProcessGroup(int rank, int size) => (Rank, Size) = (rank, size);

    /// <inheritdoc/>
    public override int Rank { get; }

    /// <inheritdoc/>
    public override int Size { get; }

    /// <inheritdoc/>
    public override int LocalRank => Local.Rank;

    /// <inheritdoc/>
    public override int LocalSize => Local.Size;

    private (int Rank, int Size) Local { get; set; }

    /// <summary>Starts MPI, runs a program in this process, and ends MPI, for which all processes wait for each other. Once in a process.</summary>
    /// <param name="program">The program. What it throws is written to the error output and ends all processes, with exit code 1.</param>
    /// <returns>What the program returned.</returns>
    /// <exception cref="MpiException">There is no MPICH or MS-MPI, the launcher is that of another MPI, or MPI was started before.</exception>
    public static int Run(Func<MpiProcessGroup, int> program)
    {
        ArgumentNullException.ThrowIfNull(program);
        MpiProcessGroup group = Start();
        int result;
        try
        {
            result = program(group);
        }
        catch (Exception error)
        {
            // The others may be waiting for this process, and would do so forever.
            Console.Error.WriteLine(error);
            group.Abort(1);
            throw;
        }

        Check(MPI_Finalize(), nameof(MPI_Finalize));
        return result;
    }

    /// <inheritdoc/>
    public override unsafe void AllReduce(Span<float> values)
    {
        fixed (float* numbers = values)
        {
            Check(MPI_Allreduce(InPlace, (nint)numbers, values.Length, MPI_FLOAT, MPI_SUM, MPI_COMM_WORLD), nameof(MPI_Allreduce));
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">There is no such process.</exception>
    public override unsafe void Broadcast(Span<byte> bytes, int root)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(root);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(root, Size);
        fixed (byte* buffer = bytes)
        {
            Check(MPI_Bcast((nint)buffer, bytes.Length, MPI_BYTE, root, MPI_COMM_WORLD), nameof(MPI_Bcast));
        }
    }

    /// <inheritdoc/>
    public override void Abort(int exitCode)
    {
        Console.Out.Flush();
        Console.Error.Flush();

        // MPICH's launcher passes on what its processes print, and drops what it has not read yet when one of them aborts: the reason why.
        Thread.Sleep(TimeForOutput);
        _ = MPI_Abort(MPI_COMM_WORLD, exitCode);
    }

    private static MpiProcessGroup Start()
    {
        MpiLibrary.Use();
        Check(MPI_Initialized(out int isInitialized), nameof(MPI_Initialized));
        if (isInitialized != 0)
        {
            throw new MpiException("MPI: it was started before in this process, and it starts only once. Call MpiProcessGroup.Run once, around all that needs it.");
        }

        unsafe
        {
            int argc = 0;
            byte** argv = null;
            Check(MPI_Init_thread(ref argc, ref argv, MPI_THREAD_SERIALIZED, out _), nameof(MPI_Init_thread));
        }

        Check(MPI_Comm_rank(MPI_COMM_WORLD, out int rank), nameof(MPI_Comm_rank));
        Check(MPI_Comm_size(MPI_COMM_WORLD, out int size), nameof(MPI_Comm_size));
        foreach (string variable in SizeVariables)
        {
            if (int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out int launched) && launched > 1 && size == 1)
            {
                throw new MpiException(
                    $"MPI: {launched} processes were started ({variable}), and the MPI library sees one: the launcher is that of another MPI. Start the program with that of MPICH, mpirun.mpich, or of MS-MPI, mpiexec.");
            }
        }

        MpiProcessGroup group = new(rank, size);
        group.Local = group.OnThisMachine();
        return group;
    }

    // Every process tells the others a hash of its machine's name.
    private unsafe (int Rank, int Size) OnThisMachine()
    {
        byte[] own = SHA256.HashData(Encoding.UTF8.GetBytes(Environment.MachineName));
        byte[] all = new byte[own.Length * Size];
        fixed (byte* send = own, receive = all)
        {
            Check(MPI_Allgather((nint)send, own.Length, MPI_BYTE, (nint)receive, own.Length, MPI_BYTE, MPI_COMM_WORLD), nameof(MPI_Allgather));
        }

        bool[] isHere = [.. all.Chunk(own.Length).Select(machine => machine.AsSpan().SequenceEqual(own))];
        return (isHere.Take(Rank).Count(here => here), isHere.Count(here => here));
    }

    private static void Check(int code, string call)
    {
        if (code != 0)
        {
            throw new MpiException($"MPI: {call} failed with code {code}.");
        }
    }
}
