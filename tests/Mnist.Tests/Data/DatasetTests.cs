using Quern.Mnist.Data;

namespace Quern.Mnist.Tests.Data;

public sealed class DatasetTests
{
    [Fact]
    public void Full_ink_is_one_and_background_zero()
    {
        Dataset dataset = new([0, 255, 51, 0], [0, 1], 1, 2, 2);

        Assert.Equal([0, 1, 0.2f, 0], dataset.ToTensor(0, 2).ToArray());
        Assert.Equal([0.2f, 0], dataset.ToTensor(1, 1).ToArray());
    }

    [Fact]
    public void Labels_of_both_sets_count_for_the_number_of_classes()
    {
        static IdxArray Images() => new([1, 28, 28], new byte[784]);
        static IdxArray Label(byte label) => new([1], [label]);

        foreach ((byte first, byte second) in ((byte, byte)[])[(3, 8), (8, 3)])
        {
            var (train, validation) = IdxFolder.ToDatasets([Images(), Label(first), Images(), Label(second)], ["a", "b", "c", "d"]);
            Assert.Equal((9, 9), (train.ClassCount, validation.ClassCount));
        }
    }

    [Fact]
    public void Where_data_came_from_reaches_no_terminal_as_an_escape_code()
    {
        var digits = SyntheticDigits.Draw(1, 0, 1);
        DataSplits splits = new("custom", digits, digits, false, "from \e[31mred");

        Assert.Equal("from \uFFFD[31mred", splits.Origin);
        Assert.Equal("from \uFFFD[32mgreen", (splits with { Origin = "from \e[32mgreen" }).Origin);
    }
}
