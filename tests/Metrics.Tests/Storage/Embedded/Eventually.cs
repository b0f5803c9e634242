using System.Diagnostics;

namespace Metrics.Tests.Storage.Embedded;

/// <summary>Waits for what another process does.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    public static async Task TrueAsync(Func<bool> condition)
    {
        var waited = Stopwatch.StartNew();
        while (!Holds(condition))
        {
            waited.Elapsed.ShouldBeLessThan(Deadline);
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    // Folders that are looked into may go away meanwhile.
    private static bool Holds(Func<bool> condition)
    {
        try
        {
            return condition();
        }
        catch (IOException)
        {
            return false;
        }
    }
}
