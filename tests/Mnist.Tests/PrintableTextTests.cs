namespace Quern.Mnist.Tests;

public class PrintableTextTests
{
    [Theory]
    [InlineData("plain, größer, 数字, 🙂", "plain, größer, 数字, 🙂")]
    [InlineData("", "")]
    [InlineData("\e]0;title\a", "\uFFFD]0;title\uFFFD")]
    [InlineData("\e[2J", "\uFFFD[2J")]
    [InlineData("\u009B31m", "\uFFFD31m")]
    [InlineData("a\rb\nc\td\0\u007F", "a\uFFFDb\uFFFDc\uFFFDd\uFFFD\uFFFD")]
    [InlineData("gnp.\u202Ereport", "gnp.\uFFFDreport")]
    [InlineData("a\u2028b\u2066c", "a\uFFFDb\uFFFDc")]
    public void What_a_terminal_would_obey_is_replaced_and_the_rest_kept(string text, string expected) => Assert.Equal(expected, PrintableText.Of(text));

    [Fact]
    public void Half_a_surrogate_pair_is_replaced() => Assert.Equal("a\uFFFDb\uFFFD", PrintableText.Of("a\uD83Db\uDE00"));

    [Fact]
    public void On_one_line_breaks_become_spaces() => Assert.Equal("a b c \uFFFD[1m", PrintableText.OnOneLine("a\r\n  b\tc \e[1m\n"));
}
