using System.Diagnostics;

namespace Metrics.Tests.Storage.Embedded;

/// <summary>Another process that uses the embedded server of a data folder.</summary>
internal sealed class EmbeddedChild : IAsyncDisposable
{
    private readonly Process process;

    private EmbeddedChild(Process process) => this.process = process;

    public int Id => process.Id;

    /// <summary>Starts the process, and does not wait for its server.</summary>
    /// <param name="dataFolder">The data folder whose server it uses.</param>
    /// <param name="inSession">True to give it a session and process group of its own, as a terminal does.</param>
    public static EmbeddedChild Launch(string dataFolder, bool inSession = false)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Metrics.EmbeddedChild");
        // A shell gives what it starts in the background a Ctrl+C that is ignored; here it must not be.
        string[] command = inSession ? ["env", "--default-signal=INT", "setsid", program, dataFolder] : [program, dataFolder];
        return new EmbeddedChild(Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!);
    }

    public static async Task<EmbeddedChild> StartAsync(string dataFolder, bool inSession = false)
    {
        var child = Launch(dataFolder, inSession);
        await child.ReadyAsync();
        return child;
    }

    /// <summary>Waits until its server answers.</summary>
    public async Task ReadyAsync() =>
        (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken)).ShouldBe("ready");

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Lets it leave the server and end.</summary>
    public async Task QuitAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.ExitCode.ShouldBe(0);
    }

    public Task EndedAsync() => process.WaitForExitAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            await KillAsync();
        process.Dispose();
    }
}
