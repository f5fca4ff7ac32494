namespace Quern.Mnist.Data;

/// <summary>How far a download is.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Host">The mirror that serves it; null while another process downloads and this one waits for it.</param>
/// <param name="Received">Bytes received so far, those of an earlier, interrupted try included.</param>
/// <param name="Total">Bytes in all, or null where the mirror does not say.</param>
public readonly record struct DownloadProgress(string File, string? Host, long Received, long? Total);
