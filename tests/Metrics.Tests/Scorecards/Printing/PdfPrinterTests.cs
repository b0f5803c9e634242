using System.Diagnostics;
using Metrics.Scorecards;
using Metrics.Scorecards.Printing;

namespace Metrics.Tests.Scorecards.Printing;

[Collection("Chromium")]
public sealed class PdfPrinterTests
{
    private const string Page = "<!DOCTYPE html><html lang=en><title>t</title><h1>Hello</h1>";
    private static readonly PdfLayout Layout = new(Paper.A4, "Foot");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_browser_prints_again_and_again()
    {
        await using var printer = new PdfPrinter();

        await printer.PrintAsync(Page, Layout, Cancellation);
        var browser = Browser();
        await Task.WhenAll(printer.PrintAsync(Page, Layout, Cancellation), printer.PrintAsync(Page, Layout, Cancellation));

        Browser().ShouldBe(browser);
    }

    [Fact]
    public async Task A_browser_that_was_killed_is_replaced()
    {
        await using var printer = new PdfPrinter();
        await printer.PrintAsync(Page, Layout, Cancellation);
        var killed = Browser();

        Kill(killed);
        var pdf = await printer.PrintAsync(Page, Layout, Cancellation);

        pdf.AsSpan(0, 5).SequenceEqual("%PDF-"u8).ShouldBeTrue();
        Browser().ShouldNotBe(killed);
    }

    [Fact]
    public async Task One_that_is_killed_over_many_prints_costs_none_of_them()
    {
        await using var printer = new PdfPrinter();
        await printer.PrintAsync(Page, Layout, Cancellation);

        var prints = Enumerable.Range(0, 12).Select(_ => printer.PrintAsync(Page, Layout, Cancellation)).ToList();
        await Task.WhenAny(prints);
        Kill(Browser());

        foreach (var pdf in await Task.WhenAll(prints)) pdf.AsSpan(0, 5).SequenceEqual("%PDF-"u8).ShouldBeTrue();
    }

    [Fact]
    public async Task One_that_hangs_is_given_up_and_the_next_print_has_another()
    {
        await using var printer = new PdfPrinter(TimeSpan.FromSeconds(10));
        await printer.PrintAsync(Page, Layout, Cancellation);
        var hanging = Browser();
        using (var stop = Process.Start("kill", ["-STOP", hanging.ToString(System.Globalization.CultureInfo.InvariantCulture)])) await stop.WaitForExitAsync(Cancellation);

        await Should.ThrowAsync<PrintingException>(() => printer.PrintAsync(Page, Layout, Cancellation));

        (await printer.PrintAsync(Page, Layout, Cancellation)).AsSpan(0, 5).SequenceEqual("%PDF-"u8).ShouldBeTrue();
        await UntilAsync(() => !ChromiumProcesses.IsRunning(hanging));
    }

    [Fact]
    public async Task So_is_one_whose_driver_was_killed()
    {
        await using var printer = new PdfPrinter();
        await printer.PrintAsync(Page, Layout, Cancellation);
        var orphan = Browser();

        Kill(Driver());
        var pdf = await printer.PrintAsync(Page, Layout, Cancellation);

        pdf.AsSpan(0, 5).SequenceEqual("%PDF-"u8).ShouldBeTrue();
        await UntilAsync(() => !ChromiumProcesses.IsRunning(orphan));
    }

    [Fact]
    public async Task Disposing_leaves_no_process_behind()
    {
        var others = Processes();
        var printer = new PdfPrinter();
        await printer.PrintAsync(Page, Layout, Cancellation);
        var processes = Processes().Except(others).ToList();
        processes.ShouldNotBeEmpty();

        await printer.DisposeAsync();

        await UntilAsync(() => !processes.Any(ChromiumProcesses.IsRunning));
        await Should.ThrowAsync<ObjectDisposedException>(() => printer.PrintAsync(Page, Layout, Cancellation));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(300)]
    [InlineData(700)]
    public async Task A_start_that_is_given_up_leaves_no_process_behind(int milliseconds)
    {
        var others = Processes();
        await using (var printer = new PdfPrinter(TimeSpan.FromMilliseconds(milliseconds)))
        {
            try
            {
                await printer.PrintAsync(Page, Layout, Cancellation);
            }
            catch (PrintingException)
            {
                // A fast machine may print in time; then there is nothing to give up, and still nothing may stay.
            }
        }

        // A driver that is still on its way up when its start is given up must go as well.
        await Task.Delay(TimeSpan.FromSeconds(3), Cancellation);
        await UntilAsync(() => !Processes().Except(others).Any(ChromiumProcesses.IsRunning));
    }

    [Fact]
    public async Task What_takes_too_long_is_ended_with_a_sentence()
    {
        await using var printer = new PdfPrinter(TimeSpan.FromMilliseconds(1));

        var fault = await Should.ThrowAsync<PrintingException>(() => printer.PrintAsync(Page, Layout, Cancellation));

        fault.Message.ShouldBe(
            "Chromium did not print the scorecard within 0.001 s, and was ended. The machine may be overloaded: try again.");
    }

    [Fact]
    public void A_machine_that_denies_the_sandbox_is_told_what_to_allow() =>
        PrintingBrowser.Reason(new InvalidOperationException("Closed\n[err] FATAL: No usable sandbox! Update your kernel")).ShouldBe(
            "this machine does not let it make its sandbox. Allow unprivileged user namespaces (sudo sysctl "
            + "kernel.unprivileged_userns_clone=1, or the AppArmor profile of your Chromium), or install it from a package that brings one.");

    [Fact]
    public async Task A_script_does_not_run_and_nothing_is_loaded()
    {
        await using var printer = new PdfPrinter();
        using var file = new TemporaryPdf();
        const string html = """
            <!DOCTYPE html><html lang=en><title>t</title><h1>Before</h1>
            <script>document.body.innerHTML = "After"</script><img src="http://127.0.0.1:9/x.png" alt="picture">
            """;

        await File.WriteAllBytesAsync(file.Path, await printer.PrintAsync(html, Layout, Cancellation), Cancellation);

        var text = (await PdfReading.ReadAsync(file.Path, Cancellation)).Pages.ShouldHaveSingleItem();
        text.ShouldContain("Before");
        text.ShouldNotContain("After");
        text.ShouldContain("Foot 1 / 1");
    }

    private static List<int> Processes() =>
        [.. ChromiumProcesses.Below(Environment.ProcessId, "chrom"), .. ChromiumProcesses.Below(Environment.ProcessId, "run-driver")];

    private static int Browser() => ChromiumProcesses.Below(Driver(), "--remote-debugging-pipe")[0];

    private static int Driver() => ChromiumProcesses.Below(Environment.ProcessId, "run-driver")[^1];

    private static void Kill(int id)
    {
        using var process = Process.GetProcessById(id);
        process.Kill();
        process.WaitForExit(TimeSpan.FromSeconds(10));
    }

    private static async Task UntilAsync(Func<bool> done)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        while (!done()) await Task.Delay(50, limit.Token);
    }
}
