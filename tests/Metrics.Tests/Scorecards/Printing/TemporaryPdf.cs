namespace Metrics.Tests.Scorecards.Printing;

/// <summary>A folder of its own with the place of a PDF in it, deleted when disposed of.</summary>
internal sealed class TemporaryPdf : IDisposable
{
    public TemporaryPdf() => Folder = Directory.CreateTempSubdirectory("metrics-scorecard-").FullName;

    public string Folder { get; }

    public string Path => System.IO.Path.Combine(Folder, "scorecard.pdf");

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
