namespace Quern.Benchmarks.Compare.Peers;

/// <summary>A contestant failed, or contestants disagree: the section cannot be finished. The message says which and how.</summary>
internal sealed class PeerException(string message) : Exception(message);
