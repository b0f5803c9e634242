using System.Diagnostics;

namespace Metrics.Scorecards.Printing;

/// <summary>Runs the tools of poppler and qpdf, which read a PDF independently of the browser that made it.</summary>
internal static class PdfTool
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>What a tool prints.</summary>
    /// <exception cref="MissingProgramException">It is not installed.</exception>
    /// <exception cref="PdfCheckException">It cannot read the file, or takes too long over it.</exception>
    public static async Task<string> RunAsync(string tool, IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(InstalledProgram.PdfTool(tool), arguments)
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                StandardOutputEncoding = System.Text.Encoding.UTF8,
            },
        };
        process.StartInfo.Environment["LC_ALL"] = "C";
        process.Start();

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            if (process.ExitCode == 0) return await output;
            var said = (await error).Trim();
            throw new PdfCheckException([$"{tool} finds fault with it: {(said.Length > 0 ? said : (await output).Trim())}"]);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellation.ThrowIfCancellationRequested();
            throw new PdfCheckException([$"{tool} did not read it within {Patience.TotalSeconds:0} s"]);
        }
    }
}
