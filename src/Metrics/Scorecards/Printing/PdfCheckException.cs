namespace Metrics.Scorecards.Printing;

/// <summary>A printed scorecard does not say what was evaluated, or is not a sound document. No file was written.</summary>
public sealed class PdfCheckException(IReadOnlyList<string> faults)
    : PrintingException($"The scorecard was not written, because its PDF failed the check: {string.Join("; ", faults)}.")
{
    /// <summary>What differs, one sentence each.</summary>
    public IReadOnlyList<string> Faults => faults;
}
