using Microsoft.Playwright;

namespace Metrics.Scorecards.Printing;

/// <summary>One running Chromium with its driver, in a fresh temporary profile.</summary>
internal sealed class PrintingBrowser : IAsyncDisposable
{
    /// <summary>How long an orderly end may take before it is left to the driver.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly IPlaywright driver;
    private readonly IBrowser browser;

    private PrintingBrowser(IPlaywright driver, IBrowser browser)
    {
        this.driver = driver;
        this.browser = browser;
    }

    public bool IsAlive => browser.IsConnected;

    /// <exception cref="PrintingException">It did not start.</exception>
    public static async Task<PrintingBrowser> StartAsync(string program, CancellationToken cancellation)
    {
        IPlaywright? started = null;
        try
        {
            started = await Playwright.CreateAsync().WaitAsync(cancellation);
            var launch = started.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
            {
                ExecutablePath = program,
                Headless = true,

                // Root has no user namespace to be confined to; everyone else keeps Chromium's sandbox.
                ChromiumSandbox = !Environment.IsPrivilegedProcess,
            });
            return new PrintingBrowser(started, await launch.WaitAsync(cancellation));
        }
        catch (PlaywrightException e)
        {
            started?.Dispose();
            throw new PrintingException($"{program} did not start: {FirstLine(e)}", e);
        }
        catch (OperationCanceledException)
        {
            started?.Dispose();
            throw;
        }
    }

    public async Task<byte[]> PrintAsync(string html, PagePdfOptions options, CancellationToken cancellation)
    {
        var context = await browser
            .NewContextAsync(new BrowserNewContextOptions { JavaScriptEnabled = false, Offline = true })
            .WaitAsync(cancellation);
        await using var closing = context;
        await context.RouteAsync("**/*", route => route.AbortAsync()).WaitAsync(cancellation);

        var page = await context.NewPageAsync().WaitAsync(cancellation);
        await page.SetContentAsync(html).WaitAsync(cancellation);
        return await page.PdfAsync(options).WaitAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await browser.CloseAsync().WaitAsync(Patience);
        }
        catch (Exception e) when (e is PlaywrightException or TimeoutException)
        {
            // It crashed or hangs: the driver, which is ended next, kills what is left of it.
        }

        driver.Dispose();
    }

    /// <summary>Whether the page or the browser died, so that another browser may well succeed.</summary>
    public static bool IsCrash(PlaywrightException e) =>
        e.Message.Contains("crashed", StringComparison.OrdinalIgnoreCase)
        || e.Message.Contains("has been closed", StringComparison.Ordinal);

    /// <summary>What happened, without the driver's call log.</summary>
    public static string FirstLine(Exception e) => e.Message.Split('\n', 2)[0].Trim();
}
