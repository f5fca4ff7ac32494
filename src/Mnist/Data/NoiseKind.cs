namespace Quern.Mnist.Data;

/// <summary>Ways to spoil an image.</summary>
public enum NoiseKind
{
    /// <summary>Adds normal noise to each pixel and keeps the sum within 0 to 1; the amount is the standard deviation.</summary>
    Gaussian,

    /// <summary>Sets pixels to 0; the amount is how likely each is.</summary>
    Masking,

    /// <summary>Sets pixels to 0 or 1, either as likely; the amount is how likely each is to be changed.</summary>
    SaltPepper,
}
