namespace Quern.Mnist.Data;

/// <summary>What is drawn on a picture: the dark or the light.</summary>
public enum Ink
{
    /// <summary>Found for each picture: the ink is what differs from its border.</summary>
    Auto,

    /// <summary>Dark on light, as on paper.</summary>
    Dark,

    /// <summary>Light on dark, as in MNIST.</summary>
    Light,
}
