using System.Diagnostics;
using Metrics.Tests.Api.Records;
namespace Metrics.Tests.Api;
public sealed class ZzDebugTests
{
    [Fact]
    public async Task Show()
    {
        await using var host = await GraphHost.OpenAsync(TwoTeams.Files(3));
            var l = new List<string>();
            using var listener = new ActivityListener
            {
                ShouldListenTo = s => s.Name == "Npgsql",
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
                ActivityStopped = a => { if (a.GetTagItem("db.query.text") is string t && t.Contains("unnest(@")) lock (l) l.Add(t); },
            };
            ActivitySource.AddActivityListener(listener);
            foreach (var q in (string[])["{ datasets { nodes { id runs(first: 5) { totalCount nodes { runId state } } } } }", "{ datasets { nodes { id runs(first: 5, where: { state: { eq: SUCCESS } }, order: [{ startedAt: ASC }]) { nodes { runId state } } } } }",
              "{ pipelines { nodes { id runs(first: 5) { nodes { runId } } } } checks { nodes { checkId results(first: 2) { nodes { runAt } } } } }"])
            {
            var d = await host.AskAsync(q);
            File.AppendAllText("/tmp/api/debug.txt", $"{d}\n{string.Join("\n----\n", l)}\n");
            l.Clear();
            }
    }
}
