using System.Globalization;
using Metrics.Kpis;
using Metrics.Model;
using Metrics.Scorecards.Delivery;
using Metrics.Storage;
using Npgsql;

namespace Metrics.Scorecards.Notices;

/// <summary>Looks for what people should be told, and posts it. Looking twice posts nothing twice.</summary>
/// <param name="link">The address of the service; null where nobody said.</param>
public sealed class NoticeWatch(NpgsqlDataSource database, KpiEvaluator evaluator, NoticeBoard board, ReportingCalendar calendar, Uri? link, TimeProvider clock)
{
    /// <summary>What happened longer ago is no news: who switches notices on is not told the past.</summary>
    private static readonly TimeSpan News = TimeSpan.FromDays(7);

    /// <summary>With fewer days of delivery nobody knows how often a source delivers.</summary>
    private const int FewestDeliveries = 5;

    /// <summary>Looks at everything and returns how many notices are new.</summary>
    public async Task<int> LookAsync(CancellationToken cancellation = default)
    {
        if (!board.HasChannels) return 0;
        var notices = new List<Notice>();
        await using (var connection = await database.OpenConnectionAsync(cancellation))
        {
            notices.AddRange(await IncidentsAsync(connection, cancellation));
            notices.AddRange(await SchemaChangesAsync(connection, cancellation));
            notices.AddRange(await SourcesAsync(connection, cancellation));
            notices.AddRange(await ScorecardsAsync(connection, cancellation));
            notices.AddRange(await LettersAsync(connection, cancellation));
        }

        var fresh = await KpisAsync(cancellation);
        foreach (var notice in notices)
            if (await board.PostAsync(notice, cancellation)) fresh++;
        return fresh;
    }

    private Task<List<Notice>> IncidentsAsync(NpgsqlConnection connection, CancellationToken cancellation) => connection.QueryAsync(
        """
        select source, connection, incident_id, coalesce(title, incident_id), datasets, team, detected_at from analyst.incident
        where severity = 1 and coalesce(status, 'open') = 'open' and resolved_at is null and detected_at > $1 and detected_at <= $2 order by detected_at
        """,
        r => Notice(
            $"incident/{r.GetString(0)}/{r.GetString(1)}/{r.GetString(2)}", NoticeKind.IncidentOpened, $"Sev 1 incident: {r.GetString(3)}",
            $"Detected {Moment(r.GetFieldValue<DateTimeOffset>(6))}. Datasets: {Listed(r.GetFieldValue<string[]>(4))}."
            + (r.IsDBNull(5) ? "" : $" Team: {r.GetString(5)}.")),
        cancellation, clock.GetUtcNow() - News, clock.GetUtcNow());

    private Task<List<Notice>> SchemaChangesAsync(NpgsqlConnection connection, CancellationToken cancellation) => connection.QueryAsync(
        """
        select source, connection, change_id, coalesce(dataset, 'a dataset'), coalesce(change, 'changed'), "column", detected_at, effective_at from analyst.schema_change
        where breaking and detected_at > $1 and detected_at <= $2 order by detected_at
        """,
        r => Notice(
            $"schema-change/{r.GetString(0)}/{r.GetString(1)}/{r.GetString(2)}", NoticeKind.BreakingSchemaChange,
            $"Breaking schema change of {r.GetString(3)}: {r.GetString(4).Replace('_', ' ')}{(r.IsDBNull(5) ? "" : $" ({r.GetString(5)})")}",
            $"Detected {Moment(r.GetFieldValue<DateTimeOffset>(6))}."
            + (r.IsDBNull(7) ? "" : $" In effect from {Moment(r.GetFieldValue<DateTimeOffset>(7))}.")),
        cancellation, clock.GetUtcNow() - News, clock.GetUtcNow());

    /// <summary>A source has stopped when it has been silent for more than twice its usual pause and a day on top.</summary>
    private Task<List<Notice>> SourcesAsync(NpgsqlConnection connection, CancellationToken cancellation) => connection.QueryAsync(
        """
        with delivery as (
          select source, (committed_at at time zone 'UTC')::date as day, max(batch) as batch, max(committed_at) as at
          from ingest.batch where state = 'committed' and committed_at > $1::timestamptz - interval '90 days' and committed_at <= $1 group by 1, 2),
        pause as (select *, day - lag(day) over (partition by source order by day) as days from delivery),
        usual as (
          select source, max(at) as at, max(batch) as batch, percentile_cont(0.5) within group (order by days) as days, count(*) as deliveries
          from pause group by source)
        select source, batch, at, days from usual
        where deliveries >= $2 and $1 - at > make_interval(secs => (2 * days + 1) * 86400) order by source
        """,
        r => Notice(
            string.Create(CultureInfo.InvariantCulture, $"source-stopped/{r.GetString(0)}/{r.GetInt64(1)}"), NoticeKind.SourceStopped,
            $"The source {r.GetString(0)} has stopped delivering",
            $"Its last delivery was {Moment(r.GetFieldValue<DateTimeOffset>(2))}; usually there is one {Every(r.GetDouble(3))}."),
        cancellation, clock.GetUtcNow(), FewestDeliveries);

    private async Task<IEnumerable<Notice>> ScorecardsAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var published = await connection.QueryAsync(
            "select edition, scope_kind, scope, period, number, approved_by, reason from scorecard.edition where state = 'published' and published_at > $1 order by edition",
            r => (Edition: r.GetInt64(0), Scope: DeliveryWords.Scope(r.GetString(1), r.GetString(2)), Period: r.GetString(3), Number: r.GetInt32(4), By: r.GetString(5),
                Reason: r.IsDBNull(6) ? null : r.GetString(6)),
            cancellation, clock.GetUtcNow() - News);
        return published.Select(e => Notice(
            string.Create(CultureInfo.InvariantCulture, $"published/{e.Edition}"), NoticeKind.ScorecardPublished, $"The scorecard of {e.Period} is published ({e.Scope})",
            string.Create(CultureInfo.InvariantCulture, $"Edition {e.Number}, approved by {e.By}.") + (e.Reason is null ? "" : $" {e.Reason}"),
            string.Create(CultureInfo.InvariantCulture, $"scorecards/{e.Edition}")));
    }

    private Task<List<Notice>> LettersAsync(NpgsqlConnection connection, CancellationToken cancellation) => connection.QueryAsync(
        """
        select send, s.state, attempts, address, e.period, coalesce(last_error, '') from scorecard.send s join scorecard.edition e using (edition)
        where s.state in ('in_doubt', 'failed') order by send
        """,
        r => Notice(
            string.Create(CultureInfo.InvariantCulture, $"letter/{r.GetInt64(0)}/{r.GetString(1)}/{r.GetInt32(2)}"), NoticeKind.LetterTrouble,
            $"The scorecard of {r.GetString(4)} to {r.GetString(3)} {(r.GetString(1) == "failed" ? "was not sent" : "is in doubt")}",
            string.Create(CultureInfo.InvariantCulture, $"{r.GetString(5)} Settle it with: metrics send resolve {r.GetInt64(0)} --as again, or --as sent.")),
        cancellation);

    /// <summary>A KPI that is MISSED and was judged otherwise when it was last looked at. One seen for the first time is only remembered.</summary>
    private async Task<int> KpisAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var period = Period.Containing(calendar.DayOf(now), Grain.Quarter, calendar);
        var rows = await KpiOverview.RowsAsync(evaluator, period, wait: false, cancellation);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var before = (await connection.QueryAsync(
            "select kpi, tier, status from notify.verdict", r => ((r.GetString(0), r.IsDBNull(1) ? (int?)null : r.GetInt32(1)), r.GetString(2)), cancellation)).ToDictionary();
        var fresh = 0;
        foreach (var row in rows.Where(r => !r.Stale))
        {
            var isKnown = before.TryGetValue((row.Kpi.Id, row.Tier), out var last);
            if (last == row.Status.Spelling) continue;

            // Told first and remembered then: killed in between, it is told again, and the key sees to it that nobody hears it twice.
            if (isKnown && row.Status == KpiStatus.Missed && await board.PostAsync(Missed(row, period), cancellation)) fresh++;

            await connection.ExecuteAsync(
                """
                insert into notify.verdict (kpi, tier, status, period, at) values ($1, $2::int, $3, $4, $5)
                on conflict (kpi, tier) do update set status = excluded.status, period = excluded.period, at = excluded.at
                """, cancellation, row.Kpi.Id, row.Tier, row.Status.Spelling, period.Text, now);
        }

        return fresh;
    }

    private Notice Missed(KpiRow row, Period period)
    {
        var numbers = new NumberFormat(CultureInfo.InvariantCulture);
        var tier = row.Tier is { } t ? string.Create(CultureInfo.InvariantCulture, $", Tier {t}") : "";
        return Notice(
            $"kpi-missed/{row.Kpi.Id}/{row.Tier}/{period.Text}", NoticeKind.KpiMissed, $"{row.Kpi.Name}{tier} is missed in {period.Text}",
            $"It stands at {numbers.Format(row.Value, row.Kpi.Unit)}"
            + (row.Target is { } target ? $"; its target is {numbers.FormatTarget(target, row.Kpi.Unit)}." : "."),
            $"?period={period.Text}");
    }

    private Notice Notice(string key, NoticeKind kind, string title, string detail, string? path = null) =>
        new(key, kind, title, detail, clock.GetUtcNow()) { Link = path is null || link is null ? null : new Uri(link, path) };

    private string Moment(DateTimeOffset at) =>
        $"{TimeZoneInfo.ConvertTime(at, calendar.Zone).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} ({calendar.Zone.Id})";

    private static string Listed(string[] datasets) => datasets.Length switch
    {
        0 => "none named",
        <= 5 => string.Join(", ", datasets),
        _ => $"{string.Join(", ", datasets.Take(5))} and {datasets.Length - 5} more",
    };

    private static string Every(double days) => days <= 1 ? "every day" : string.Create(CultureInfo.InvariantCulture, $"every {days:0.#} days");
}
