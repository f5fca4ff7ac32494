using Quern.Nn;

namespace Quern.MnistAutoencoder;

/// <summary>The processes of a run with <c>--distributed</c>. Only the first of them prints and writes.</summary>
internal static class Processes
{
    /// <summary>Trains in all of them. An error of one ends all, since the others would wait for it forever.</summary>
    /// <exception cref="BadInputException">There is no MPI, or it cannot be used.</exception>
    public static int Run(Func<ProcessGroup, int> train)
    {
#if MPI
        try
        {
            return Mpi.MpiProcessGroup.Run(group =>
            {
                if (!group.IsFirst())
                {
                    Console.SetOut(TextWriter.Null);
                }

                return Guard(group, train);
            });
        }
        catch (Mpi.MpiException error)
        {
            throw new BadInputException($"--distributed: {error.Message}");
        }
#else
        throw new BadInputException("--distributed: this program was built without MPI. Build it with -p:UseMpi=true.");
#endif
    }

    /// <summary>Whether this process is the one that prints and writes.</summary>
    public static bool IsFirst(this ProcessGroup? group) => group is null or { Rank: 0 };

    /// <summary>Ends all processes where this one cannot go on and the others do not know.</summary>
    /// <returns>The exit code.</returns>
    public static int EndAll(this ProcessGroup? group, int exitCode)
    {
        if (group is { Size: > 1 })
        {
            group.Abort(exitCode);
        }

        return exitCode;
    }

#if MPI
    private static int Guard(ProcessGroup group, Func<ProcessGroup, int> train)
    {
        try
        {
            return train(group);
        }
        catch (ProcessGroupException error)
        {
            // It is thrown in all processes; one tells of it.
            return group.IsFirst() ? CommandLine.Fail(CommandLine.BadInput, error.Message) : CommandLine.BadInput;
        }
        catch (Exception error) when (CommandLine.IsBadInput(error))
        {
            return group.EndAll(CommandLine.Fail(CommandLine.BadInput, error.Message));
        }
    }
#endif
}
