using System.Globalization;

namespace Quern.Nn.Tests.Training;

public sealed class CsvTableTests
{
    [Fact]
    public void Quoted_fields_hold_delimiters_quotes_and_lines()
    {
        CsvTable table = Parse("name, size ,kind\r\n\"a,\"\"b\"\"\n\", 1.5,x\n\nc,-2e3 , y\n");

        Assert.Equal(["name", "size", "kind"], table.Columns);
        Assert.Equal(2, table.RowCount);
        Assert.Equal([1.5f, -2000], table.Numbers("size").ToArray());
        Assert.Equal(["a,\"b\"\n", "c"], table.Classes("name").Names);
        Assert.Equal([0f, 1], table.Classes("kind").Numbers.ToArray());
    }

    [Fact]
    public void Columns_come_as_asked_for_and_classes_in_the_order_of_their_names()
    {
        CsvTable table = Parse("a,kind,b\n1,pear,2\n3,apple,4\n5,pear,6\n");

        Assert.Equal([2f, 1, 4, 3, 6, 5], table.Numbers("b", "a").ToArray());
        Assert.Equal(["apple", "pear"], table.Classes("kind").Names);
        Assert.Equal([1f, 0, 1], table.Classes("kind").Numbers.ToArray());
    }

    [Fact]
    public void Numbers_are_read_alike_in_every_culture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = new NumberFormatInfo { NumberDecimalSeparator = ",", NumberGroupSeparator = "." } };
            CsvTable table = CsvTable.Parse(new StringReader("1.5;2\n3;4\n"), ';', hasHeader: false);
            Assert.Equal(["1", "2"], table.Columns);
            Assert.Equal([1.5f, 2, 3, 4], table.Numbers().ToArray());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData("a,b\n1,2\n\n3,four\n", "line 4, column 'b': 'four' is not a finite number")]
    [InlineData("a,b\n\"1\n\",2\n3,four\n", "line 4, column 'b': 'four' is not a finite number")]
    [InlineData("a,b\n1,2\n3,\n", "line 3, column 'b': '' is not a finite number")]
    [InlineData("a,b\n1,NaN\n", "'NaN' is not a finite number")]
    [InlineData("a,b\n1,2\n3\n", "line 3: there are 1 fields, and 2 columns")]
    [InlineData("a,b\n\"1,2\n", "line 2, field 1: the quote is not closed")]
    [InlineData("a,b\n\"1\"x,2\n", "line 2, field 1: 'x' follows a closing quote")]
    [InlineData("a,a\n1,2\n", "two columns are named 'a'")]
    [InlineData("a,b\n", "no rows")]
    [InlineData("", "is empty")]
    public void What_is_wrong_is_said_with_its_line(string text, string expected)
    {
        FormatException error = Assert.Throws<FormatException>(() => Parse(text).Numbers());

        Assert.Contains(expected, error.Message);
    }

    [Fact]
    public void A_column_that_is_not_there_is_named_with_those_that_are() =>
        Assert.Contains("has no column 'c'. Its columns are a, b.", Assert.Throws<ArgumentException>(() => Parse("a,b\n1,2\n").Numbers("c")).Message);

    private static CsvTable Parse(string text) => CsvTable.Parse(new StringReader(text));
}
