using Microsoft.Playwright;

namespace Metrics.Scorecards.Printing;

/// <summary>One running Chromium with its driver, in a fresh temporary profile.</summary>
internal sealed class PrintingBrowser : IAsyncDisposable
{
    /// <summary>How long an orderly end may take before it is left to the driver.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Chromium keeps a little of every document; after this many it is replaced.</summary>
    private const int Most = 250;

    private readonly IPlaywright driver;
    private readonly IBrowser browser;
    private int printed;
    private int active;
    private bool retired;
    private int disposed;

    private PrintingBrowser(IPlaywright driver, IBrowser browser)
    {
        this.driver = driver;
        this.browser = browser;
    }

    public bool IsAlive => browser.IsConnected;

    /// <summary>Whether another should take its place.</summary>
    public bool IsWorn => Volatile.Read(ref printed) >= Most;

    /// <exception cref="PrintingException">It did not start.</exception>
    public static async Task<PrintingBrowser> StartAsync(string program, CancellationToken cancellation)
    {
        var creation = Playwright.CreateAsync();
        try
        {
            var ready = await creation.WaitAsync(cancellation);
            var launch = ready.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
            {
                ExecutablePath = program,
                Headless = true,

                // Root has no user namespace to be confined to; everyone else keeps Chromium's sandbox.
                ChromiumSandbox = !Environment.IsPrivilegedProcess,
            });
            return new PrintingBrowser(ready, await launch.WaitAsync(cancellation));
        }
        catch (Exception e)
        {
            EndWhenStarted(creation);
            if (e is OperationCanceledException) throw;
            throw new PrintingException($"{program} did not start: {Reason(e)}", e);
        }
    }

    /// <summary>A start cannot be called off: the driver is ended as soon as it is there, and ends the browser that it launched.</summary>
    private static void EndWhenStarted(Task<IPlaywright> creation) =>
        _ = creation.ContinueWith(
            started => started.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);

    public async Task<byte[]> PrintAsync(string html, PagePdfOptions options, CancellationToken cancellation)
    {
        Interlocked.Increment(ref printed);
        Interlocked.Increment(ref active);
        try
        {
            return await PrintPageAsync(html, options, cancellation);
        }
        finally
        {
            if (Interlocked.Decrement(ref active) == 0 && Volatile.Read(ref retired)) await DisposeAsync();
        }
    }

    /// <summary>Ends it as soon as what it is printing is done.</summary>
    public async Task RetireAsync()
    {
        Volatile.Write(ref retired, true);
        if (Volatile.Read(ref active) == 0) await DisposeAsync();
    }

    private async Task<byte[]> PrintPageAsync(string html, PagePdfOptions options, CancellationToken cancellation)
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
        if (Interlocked.Exchange(ref disposed, 1) == 1) return;
        try
        {
            await browser.CloseAsync().WaitAsync(Patience);
            driver.Dispose();
        }
        catch (Exception)
        {
            // It crashed or hangs. The driver kills what is left of a browser, and a browser without a driver ends itself.
            try
            {
                driver.Dispose();
            }
            catch (Exception)
            {
                // Its pipe is broken: it is gone already.
            }
        }
    }

    /// <summary>What happened, without the driver's call log.</summary>
    public static string FirstLine(Exception e) => e.Message.Split('\n', 2)[0].Trim();

    internal static string Reason(Exception e) => e.Message.Contains("No usable sandbox", StringComparison.Ordinal)
        ? "this machine does not let it make its sandbox. Allow unprivileged user namespaces (sudo sysctl "
            + "kernel.unprivileged_userns_clone=1, or the AppArmor profile of your Chromium), or install it from a package that "
            + "brings one."
        : FirstLine(e);
}
