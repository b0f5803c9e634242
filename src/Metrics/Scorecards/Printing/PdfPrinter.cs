using System.Net;
using Metrics.Scorecards.Document;
using Microsoft.Playwright;

namespace Metrics.Scorecards.Printing;

/// <summary>Prints HTML to PDF with the system's Chromium: headless, without scripts, without network.</summary>
/// <param name="timeout">For one document, the start of the browser included. Default: one minute.</param>
/// <remarks>
/// The browser is started by the first print and kept warm for the next; one that crashed is replaced, and one that has printed
/// much, so that its memory stays bounded. Safe to share: as many prints run side by side as there are processors, others wait
/// their turn without their time running. Disposing ends the browser; should this process be killed, its driver ends it.
/// </remarks>
public sealed class PdfPrinter(TimeSpan? timeout = null) : IAsyncDisposable
{
    private static readonly TimeSpan UsualTimeout = TimeSpan.FromMinutes(1);

    /// <summary>Each page takes some 100 MB while it is printed.</summary>
    private static readonly int AtOnce = Math.Clamp(Environment.ProcessorCount, 1, 4);

    private readonly TimeSpan timeout = timeout ?? UsualTimeout;
    private readonly SemaphoreSlim turns = new(AtOnce);
    private readonly SemaphoreSlim starting = new(1);
    private PrintingBrowser? browser;
    private bool disposed;

    /// <summary>The PDF of a document that needs no other file.</summary>
    /// <exception cref="MissingProgramException">Chromium is not installed.</exception>
    /// <exception cref="PrintingException">Chromium did not start, took too long, or failed twice.</exception>
    public async Task<byte[]> PrintAsync(string html, PdfLayout layout, CancellationToken cancellation = default)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        await turns.WaitAsync(cancellation);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(timeout);
        try
        {
            return await PrintOrRetryAsync(html, layout, limit.Token);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            await DropAsync(browser);
            throw new PrintingException(
                FormattableString.Invariant($"Chromium did not print the scorecard within {timeout.TotalSeconds:0.###} s, ")
                + "and was ended. The machine may be overloaded: try again.", e);
        }
        finally
        {
            turns.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (disposed) return;

        disposed = true;
        await DropAsync(browser);
    }

    private async Task<byte[]> PrintOrRetryAsync(string html, PdfLayout layout, CancellationToken cancellation)
    {
        var first = await BrowserAsync(cancellation);
        try
        {
            return await first.PrintAsync(html, Options(layout), cancellation);
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            // A browser or driver that died shows itself in many kinds of exception; what is not its fault fails again below.
            await DropAsync(first);
        }

        var second = await BrowserAsync(cancellation);
        try
        {
            return await second.PrintAsync(html, Options(layout), cancellation);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            await DropAsync(second);
            throw new PrintingException($"Chromium failed twice to print the scorecard: {PrintingBrowser.FirstLine(e)}", e);
        }
    }

    private async Task<PrintingBrowser> BrowserAsync(CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        await starting.WaitAsync(cancellation);
        try
        {
            if (browser is { IsAlive: true, IsWorn: false } warm) return warm;

            if (browser is not null) await browser.RetireAsync();
            browser = null;
            return browser = await PrintingBrowser.StartAsync(InstalledProgram.Chromium(), cancellation);
        }
        finally
        {
            starting.Release();
        }
    }

    private async Task DropAsync(PrintingBrowser? broken)
    {
        if (broken is null) return;

        Interlocked.CompareExchange(ref browser, value: null, broken);
        await broken.DisposeAsync();
    }

    private static PagePdfOptions Options(PdfLayout layout) => new()
    {
        Format = layout.Paper switch
        {
            Paper.A4 => "A4",
            Paper.Letter => "Letter",
        },
        PrintBackground = true,
        PreferCSSPageSize = false,
        Tagged = true,
        Outline = true,
        DisplayHeaderFooter = true,
        HeaderTemplate = "<span></span>",
        FooterTemplate = Footer(layout.Footer),
        Margin = new Margin { Top = "16mm", Right = "16mm", Bottom = "18mm", Left = "16mm" },
    };

    /// <summary>Chromium fills in the spans by their class; a template takes no style from the document.</summary>
    private static string Footer(string text) =>
        $$"""
        <style>{{EmbeddedFonts.Css}}</style>
        <style>
          .foot { width: 100%; margin: 0 16mm; display: flex; justify-content: space-between }
          .foot { font: 6.6pt Inter, 'DejaVu Sans', sans-serif; color: #566270 }
        </style>
        <div class="foot">
          <span>{{WebUtility.HtmlEncode(text)}}</span>
          <span style="font-feature-settings:'tnum'"><span class="pageNumber"></span> / <span class="totalPages"></span></span>
        </div>
        """;
}
