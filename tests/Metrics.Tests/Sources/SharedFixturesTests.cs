using System.IO.Enumeration;
using System.Text;
using Metrics.Model.Facts;
using Metrics.Server.Hosting;
using Metrics.Sources;
using Metrics.Tests.Sources.Canonical;
using Metrics.Tests.Storage;

namespace Metrics.Tests.Sources;

/// <summary>Every real payload of every source, where the shared fixtures lie beside the repository.</summary>
public sealed class SharedFixturesTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>
    /// A file in a folder is skipped with a reason, refused with one, or read; what is read says something, be it that nothing in it is
    /// kept; what is landed of it says the same; and the database takes it.
    /// </summary>
    [Theory]
    [InlineData("openlineage", "openlineage")]
    [InlineData("dbt", "dbt")]
    [InlineData("dlt", "dlt")]
    [InlineData("airflow", "airflow")]
    [InlineData("great_expectations", "great_expectations")]
    [InlineData("soda", "soda")]
    [InlineData("github", "github")]
    [InlineData("pagerduty", "pagerduty")]
    [InlineData("opsgenie", "opsgenie")]
    [InlineData("focus", "focus")]
    [InlineData("focus", "cost")]
    public async Task Every_file_is_read_or_refused_with_a_reason(string name, string folder)
    {
        var root = SourceFixtures.Required(folder);
        var source = Product.Sources.Single(s => s.Name == name);
        var payloads = source.Fetch([root]).ToList();
        foreach (var file in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories))
            payloads.Count(p => p.Path == file || FileSystemName.MatchesSimpleExpression(p.Name, file, ignoreCase: false)).ShouldBe(1, file);
        var expected = new List<string>();
        foreach (var payload in payloads) expected.Add($"{payload.Name}: {payload.Skipped ?? await ReadAsync(source, payload)}");

        await using var database = await MetricsDatabase.CreateAsync("2026-11-22T00:00:00Z");
        var outcomes = await database.ImportAsync(source, root);

        outcomes.Select(o => $"{o.Name}: {o.Skipped ?? o.Refused ?? "read"}").ShouldBe(expected);
        outcomes.ShouldAllBe(o => o.Report != null || (o.Skipped ?? o.Refused)!.Length > 20);
    }

    private static async Task<string> ReadAsync(ISource source, Payload payload)
    {
        var before = await ReadingsAsync(source, payload);
        if (before.Refused is { } reason) return reason;
        before.Readings.ShouldNotBeEmpty($"{payload.Name} is read, and nothing is said of it.");
        var landed = payload with { Read = () => new MemoryStream(Encoding.UTF8.GetBytes(ReadingText.Redacted(source, payload).GetAwaiter().GetResult())), IsUnpacked = true };
        var after = await ReadingsAsync(source, landed);
        after.Refused.ShouldBeNull(payload.Name);
        after.Readings.CountBy(r => r.GetType()).ShouldBe(before.Readings.CountBy(r => r.GetType()), ignoreOrder: true, payload.Name);
        return "read";
    }

    private static async Task<(List<Reading> Readings, string? Refused)> ReadingsAsync(ISource source, Payload payload)
    {
        try
        {
            var context = new ReadContext(ReadingText.Redactor, SourceConnection.Bare(source), ReadingText.ReceivedAt);
            return (await source.ReadAsync(payload, context, Cancellation).ToListAsync(Cancellation), null);
        }
        catch (SourceException refused)
        {
            return ([], refused.Message);
        }
    }
}
