using System.Globalization;

namespace Quern.Kernels.Generator.Tests;

/// <summary>What is generated does not depend on the country of who builds.</summary>
public class CultureTests
{
    [Fact]
    public void A_culture_with_decimal_commas_and_other_signs_changes_nothing()
    {
        string source = Generated.Class("output[0] = 1.5f; output[1] = -1234567.5f; output[2] = 1e-20f; output[count - 12345] = (-7L + count) * 1000000u;");
        string expected = Generated.OpenCl(source);
        CultureInfo before = CultureInfo.CurrentCulture;
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = ",";
        culture.NumberFormat.NumberGroupSeparator = ".";
        culture.NumberFormat.NegativeSign = "minus";
        CultureInfo.CurrentCulture = culture;
        try
        {
            Assert.Equal("1,5", 1.5f.ToString(culture));
            Assert.Equal(expected, Generated.OpenCl(source));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
