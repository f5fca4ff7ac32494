namespace Quern.MnistAutoencoder;

/// <summary>What the user gave cannot be used. The message says what, and what would do.</summary>
internal sealed class BadInputException(string message) : Exception(message);
