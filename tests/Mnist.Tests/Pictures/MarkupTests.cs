using Quern.Mnist.Pictures;

namespace Quern.Mnist.Tests.Pictures;

public class MarkupTests
{
    [Fact]
    public void Every_character_that_ends_a_text_or_an_attribute_is_escaped()
    {
        string written = new Markup().Element("p", "<it's \"a\" & b>", ("title", "<it's \"a\" & b>")).ToString();

        Assert.Equal("<p title=\"&lt;it&#39;s &quot;a&quot; &amp; b&gt;\">&lt;it&#39;s &quot;a&quot; &amp; b&gt;</p>\n", written);
    }
}
