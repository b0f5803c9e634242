using Metrics.Model;
using Metrics.Storage;
using Metrics.Tests.Storage;

namespace Metrics.Tests.Kpis;

/// <summary>What changes numbers without anybody saying so: files of definitions and settings.</summary>
public sealed class AuditedChangesTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_changed_setting_is_noted_with_what_it_was()
    {
        await using var database = await MetricsDatabase.CreateAsync("2026-11-21T12:00:00Z");
        await database.Worker.RefreshAsync(cancellation: Cancellation);
        await database.Worker.RefreshAsync(cancellation: Cancellation);
        (await EntriesAsync(database)).ShouldBeEmpty();

        database.Clock = new FixedClock("2026-11-22T12:00:00Z");
        database.Settings = new ReportingSettings
        {
            Calendar = ReportingCalendar.Create("Europe/Berlin", 1, []),
            Rates = ExchangeRates.Parse("USD 2026-01-01 0.92"),
        };
        await database.Worker.RefreshAsync(cancellation: Cancellation);
        await database.Worker.RefreshAsync(cancellation: Cancellation);

        (await EntriesAsync(database)).ShouldBe(
            ["""settings.changed settings {"changes": ["Reporting:TimeZone: UTC -> Europe/Berlin", "Reporting:Rates:  -> USD 2026-01-01 0.92"]}"""]);
    }

    [Fact]
    public async Task A_changed_definition_is_noted_with_both_versions()
    {
        await using var database = await MetricsDatabase.CreateAsync("2026-11-21T12:00:00Z");
        await database.Worker.RefreshAsync(cancellation: Cancellation);
        var before = database.Kpis["mttr_sev1"];
        database.Clock = new FixedClock("2026-11-22T12:00:00Z");
        database.Kpis = database.Kpis.With("mttr_sev1", before.File, before.Text.Replace("/ 3600", "/ 1800", StringComparison.Ordinal));
        await database.Worker.RefreshAsync(cancellation: Cancellation);

        (await EntriesAsync(database)).ShouldBe(
            [$$"""definition.changed kpi mttr_sev1 {"after": "{{database.Kpis["mttr_sev1"].Hash}}", "before": "{{before.Hash}}"}"""]);
    }

    private static async Task<IReadOnlyList<string>> EntriesAsync(MetricsDatabase database) =>
        [.. (await new AuditLog(database.Application).ListAsync(10, Cancellation)).Select(e => $"{e.Action} {e.Subject} {e.Detail}")];
}
