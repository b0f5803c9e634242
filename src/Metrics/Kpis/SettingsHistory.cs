using System.Globalization;
using System.Text.Json;
using Metrics.Model;
using Metrics.Storage;
using Npgsql;

namespace Metrics.Kpis;

/// <summary>The settings that values have been computed under here. They come from files and the environment, so that nobody but the program notices a change.</summary>
internal static class SettingsHistory
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Keeps settings that are about to compute values, unless they are those that did so before, and notes in the audit log what differs.</summary>
    public static async Task NoteAsync(NpgsqlConnection connection, ReportingSettings settings, DateTimeOffset now, CancellationToken cancellation)
    {
        var current = Values(settings);
        var text = JsonSerializer.Serialize(current, Json);
        var latest = (await connection.QueryAsync(
            "select settings::text, settings = $1::jsonb from kpi.settings order by since desc limit 1", r => (Text: r.GetString(0), Same: r.GetBoolean(1)),
            cancellation, text)).Cast<(string Text, bool Same)?>().FirstOrDefault();
        if (latest is { Same: true }) return;
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await connection.ExecuteAsync(
            "insert into kpi.settings (since, settings) values ($1, $2::jsonb) on conflict (since) do update set settings = excluded.settings", cancellation, now, text);
        if (latest is { } before)
        {
            var former = JsonSerializer.Deserialize<Dictionary<string, string>>(before.Text, Json)!;
            var changes = current.Where(c => former.GetValueOrDefault(c.Key) != c.Value)
                .Select(c => $"{c.Key}: {former.GetValueOrDefault(c.Key, "nothing")} -> {c.Value}");
            await AuditLog.AppendAsync(connection, now, Environment.UserName, "settings.changed", "settings", new { changes }, cancellation);
        }

        await transaction.CommitAsync(cancellation);
    }

    private static Dictionary<string, string> Values(ReportingSettings settings) => new()
    {
        ["Reporting:TimeZone"] = settings.Calendar.Zone.Id,
        ["Reporting:FiscalYearStartMonth"] = settings.Calendar.FiscalYearStartMonth.ToString(CultureInfo.InvariantCulture),
        ["Reporting:Holidays"] = settings.HolidayList,
        ["Reporting:Currency"] = settings.Currency,
        ["Reporting:Rates"] = settings.Rates.ToString(),
        ["Reporting:AttritionNorm"] = settings.AttritionNorm.ToString(CultureInfo.InvariantCulture),
        ["Catalog:Precedence"] = string.Join(',', settings.Precedence),
    };
}
