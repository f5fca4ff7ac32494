using System.Globalization;

namespace Quern.Mpi.Tests;

public sealed class MpiProcessGroupTests
{
    [Fact]
    public async Task Processes_exchange_numbers_and_bytes()
    {
        MpiRun.SkipWithoutMpich();

        MpiResult result = await MpiRun.Run(3, "exchange");

        Assert.Equal(("", 0), (result.Error, result.ExitCode));
        Assert.Equal(
            Enumerable.Range(0, 3).Select(rank => $"{rank} of 3, {rank} of 3 here; 6 to 6; 2 1 2 12; 2 of 3 processes have other ranks than process 0, and all must have the same."),
            result.Lines.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_process_without_mpirun_is_alone()
    {
        MpiRun.SkipWithoutMpich();

        MpiResult result = await MpiRun.Run(0, "exchange");

        Assert.Equal(("", 0), (result.Error, result.ExitCode));
        Assert.Equal(["0 of 1, 0 of 1 here; 1 to 1; 0 1 2 10; "], result.Lines);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(2, 1e-5)]
    public async Task Processes_have_the_losses_of_one_trained_without_MPI(int processes, double tolerance)
    {
        MpiRun.SkipWithoutMpich();
        double[] alone = [.. ProcessPrograms.Train(group: null)];
        Assert.Equal(12, alone.Length);

        MpiResult result = await MpiRun.Run(processes, "train");

        Assert.Equal(("", 0), (result.Error, result.ExitCode));
        Assert.Equal(Math.Max(1, processes), result.Lines.Length);
        Assert.Single(result.Lines.Distinct());
        Assert.All(
            result.Lines[0].Split(' ').Select(loss => double.Parse(loss, CultureInfo.InvariantCulture)).Zip(alone),
            pair => Assert.Equal(pair.Second, pair.First, tolerance));
    }

    [Theory]
    [InlineData("throw", 1, "Something went wrong in one process.")]
    [InlineData("abort", 7, "")]
    [InlineData("leave", 3, "")]
    [InlineData("die", null, "")]
    public async Task A_process_that_fails_ends_all(string program, int? exitCode, string said)
    {
        MpiRun.SkipWithoutMpich();

        MpiResult result = await MpiRun.Run(2, program);

        Assert.NotEqual(0, result.ExitCode);
        Assert.Equal(exitCode ?? result.ExitCode, result.ExitCode);
        Assert.Contains(said, result.Error);
        Assert.DoesNotContain("All are here.", result.Lines);
    }

    [Fact]
    public async Task MPI_starts_once_in_a_process()
    {
        MpiRun.SkipWithoutMpich();

        MpiResult result = await MpiRun.Run(0, "twice");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("it was started before in this process", result.Error);
    }

    [Fact]
    public async Task A_library_that_is_not_there_is_one_clear_line()
    {
        MpiResult result = await MpiRun.Run(0, "exchange", ("QUERN_MPI", "/nowhere/libmpi.so"));

        Assert.Equal(2, result.ExitCode);
        Assert.Matches(@"^error: MPI: none of /nowhere/libmpi\.so can be loaded\. Install [^\n]*QUERN_MPI\.\n$", result.Error);
    }

    [Fact]
    public async Task A_launcher_of_Open_MPI_is_refused()
    {
        MpiRun.SkipWithoutMpich();

        MpiResult result = await MpiRun.Run(0, "exchange", ("OMPI_COMM_WORLD_SIZE", "2"));

        Assert.Equal(2, result.ExitCode);
        Assert.Matches(@"^error: MPI: 2 processes were started \(OMPI_COMM_WORLD_SIZE\), and the MPI library sees one: [^\n]*mpirun\.mpich[^\n]*\n", result.Error);
    }
}
