using Metrics.Kpis;
using Metrics.Model;
using Metrics.Storage;
using Npgsql;

namespace Metrics.Scorecards.Editions;

/// <summary>
/// What published figures would be today. Every figure of a published edition's own period (totals, tiers, teams, datasets) is computed
/// again with the edition's moment as <em>now</em>; each time it comes out otherwise than before, that is an entry with its causes.
/// </summary>
public sealed class RestatementLedger(NpgsqlDataSource database, KpiEvaluator evaluator, TimeProvider clock)
{
    private const long CompareLock = 0x6d65_7472_6963_7305;

    private readonly EditionStore editions = new(database, evaluator.Calendar);

    /// <summary>Compares every edition in force with today and returns the entries that this has added. Where nothing has arrived since the
    /// last time, nothing is computed.</summary>
    public async Task<IReadOnlyList<Restatement>> CompareAsync(CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await connection.ExecuteAsync("select pg_advisory_lock($1)", cancellation, CompareLock);
        try
        {
            var added = new List<Restatement>();
            foreach (var edition in (await editions.ListAsync(cancellation)).Where(e => e.State == EditionState.Published))
                added.AddRange(await CompareAsync(connection, edition, cancellation));
            return added;
        }
        finally
        {
            await connection.ExecuteAsync("select pg_advisory_unlock($1)", CancellationToken.None, CompareLock);
        }
    }

    /// <summary>The last entry of each figure of these editions, those that are what was published again included.</summary>
    public async Task<IReadOnlyList<Restatement>> CurrentAsync(IEnumerable<long> of, CancellationToken cancellation = default) =>
        [.. (await EntriesAsync(of, cancellation))
            .GroupBy(e => (e.Edition.Edition, e.Kpi, FigureJson.Write(e.Group)))
            .Select(g => g.Last())
            .OrderBy(e => e.Edition.Edition).ThenBy(e => e.Kpi, StringComparer.Ordinal).ThenBy(e => e.Group.Count)
            .ThenBy(e => FigureJson.Write(e.Group), StringComparer.Ordinal)];

    /// <summary>Every entry of these editions, oldest first.</summary>
    public Task<IReadOnlyList<Restatement>> EntriesAsync(IEnumerable<long> of, CancellationToken cancellation = default) =>
        EntriesAsync("edition = any($1)", "restatement", of, cancellation);

    /// <summary>The entries of these numbers, in their order.</summary>
    internal Task<IReadOnlyList<Restatement>> NumberedAsync(IReadOnlyList<long> numbers, CancellationToken cancellation) =>
        EntriesAsync("restatement = any($1)", "array_position($1, restatement)", numbers, cancellation);

    private async Task<IReadOnlyList<Restatement>> EntriesAsync(string which, string order, IEnumerable<long> numbers, CancellationToken cancellation)
    {
        var wanted = numbers.ToArray();
        var known = (await editions.ListAsync(cancellation)).ToDictionary(e => e.Edition);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await connection.QueryAsync(
            $"""
            select edition, kpi, grouping, published, now, batch_from, batch_to, reasons, found_at, restatement from scorecard.restatement
            where {which} order by {order}
            """,
            r => new Restatement(
                known[r.GetInt64(0)], r.GetString(1), FigureJson.ReadGroup(r.GetString(2)), r.IsDBNull(3) ? null : r.GetDouble(3),
                r.IsDBNull(4) ? null : r.GetDouble(4), r.IsDBNull(5) ? null : r.GetInt64(5), r.IsDBNull(6) ? null : r.GetInt64(6),
                r.GetFieldValue<string[]>(7), r.GetFieldValue<DateTimeOffset>(8))
            { Number = r.GetInt64(9) }, cancellation, wanted);
    }

    private async Task<IReadOnlyList<Restatement>> CompareAsync(
        NpgsqlConnection connection, ScorecardEdition edition, CancellationToken cancellation)
    {
        var frozen = await FrozenFigures.LoadAsync(connection, edition.Edition, evaluator.Settings, cancellation);
        var latest = (await CurrentAsync([edition.Edition], cancellation)).ToDictionary(r => (r.Kpi, FigureJson.Write(r.Group)));
        var cause = new RestatementCause(connection, evaluator, edition, frozen);
        var added = new List<Restatement>();
        foreach (var kpi in frozen.Definitions.Where(d => !d.Companion))
        {
            var published = await PublishedAsync(frozen, edition, kpi, cancellation);
            if (published.Count == 0) continue;
            var seen = await connection.ScalarAsync<string>("select pg_current_snapshot()::text", cancellation);
            var arrived = await HasNewsAsync(connection, edition, kpi, cancellation);
            var asOf = arrived ? await TodayAsync(evaluator.At(edition.AsOf!.Value), edition, kpi, everyGroup: true, cancellation) : null;
            var (matured, everyGroup) = await MaturedAsync(edition, kpi, published, latest, arrived, cancellation);
            foreach (var (group, row) in published.Concat(Appeared(published, asOf, edition, kpi)))
            {
                if (!everyGroup && IsBreakdown(row)) continue;
                var last = latest.GetValueOrDefault((kpi.Id, group));
                var known = last is null ? row.Value : last.Now;

                // Without news, what the records say is what they said the last time.
                var records = asOf is not null ? asOf.GetValueOrDefault(group)
                    : last is null || last.Reasons.Contains(RestatementReason.Matured) ? row.Value
                    : last.Now;
                var byTime = Restatement.Same(records, row.Value) && matured is not null ? matured.GetValueOrDefault(group) : records;
                if (Restatement.Same(byTime, known)) continue;
                var why = Restatement.Same(byTime, records)
                    ? await cause.OfAsync(kpi, row, records, cancellation)
                    : new RestatementCause.Finding([RestatementReason.Matured], null, null);
                added.Add(await AddAsync(connection, new Restatement(
                    edition, kpi.Id, row.Group, row.Value, byTime, why.BatchFrom, why.BatchTo, why.Reasons, clock.GetUtcNow()), cancellation));
            }

            if (arrived) await NoteAsync(connection, edition, kpi, seen!, cancellation);
        }

        return added;
    }

    /// <summary>A running period changes as it goes on, which nobody takes for a restatement.</summary>
    private bool IsOver(ScorecardEdition edition) => edition.AsOf >= evaluator.Calendar.StartOf(edition.Period.End);

    /// <summary>What time alone makes of the figures. Where nothing has arrived and it makes nothing else of the totals and tiers, the breakdowns are
    /// not looked at.</summary>
    private async Task<(Dictionary<string, double?>? Figures, bool EveryGroup)> MaturedAsync(
        ScorecardEdition edition, KpiDefinition kpi, Dictionary<string, KpiRow> published, Dictionary<(string, string), Restatement> latest, bool arrived,
        CancellationToken cancellation)
    {
        if (!IsOver(edition)) return (null, arrived);
        if (arrived) return (await TodayAsync(evaluator, edition, kpi, everyGroup: true, cancellation), true);
        var judged = await TodayAsync(evaluator, edition, kpi, everyGroup: false, cancellation);
        var changed = published.Any(p => !IsBreakdown(p.Value) && !Restatement.Same(
            judged.GetValueOrDefault(p.Key), latest.TryGetValue((kpi.Id, p.Key), out var last) ? last.Now : p.Value.Value));
        return changed ? (await TodayAsync(evaluator, edition, kpi, everyGroup: true, cancellation), true) : (judged, false);
    }

    private static bool IsBreakdown(KpiRow row) => row.Group.Keys.Any(d => d != Dimension.Tier);

    /// <summary>Groups that have a value today and were not there when it was published.</summary>
    private static IEnumerable<KeyValuePair<string, KpiRow>> Appeared(
        Dictionary<string, KpiRow> published, Dictionary<string, double?>? today, ScorecardEdition edition, KpiDefinition kpi) =>
        from figure in today ?? []
        where figure.Value is not null && !published.ContainsKey(figure.Key)
        select KeyValuePair.Create(
            figure.Key, new KpiRow(kpi, edition.Period) { Group = FigureJson.ReadGroup(figure.Key), Status = KpiStatus.NoData });

    /// <summary>The total, the tiers, the teams and the datasets, by group.</summary>
    private static async Task<Dictionary<string, KpiRow>> PublishedAsync(
        FrozenFigures frozen, ScorecardEdition edition, KpiDefinition kpi, CancellationToken cancellation)
    {
        var rows = new List<KpiRow>();
        foreach (var by in Groupings(kpi, everyGroup: true))
            rows.AddRange(await frozen.EvaluateAsync(new KpiRequest(edition.Period) { Kpis = [kpi.Id], By = by }, cancellation));
        return rows.Where(r => r.Status != KpiStatus.NotDefined).ToDictionary(r => FigureJson.Write(r.Group));
    }

    private static IEnumerable<IReadOnlyList<Dimension>> Groupings(KpiDefinition kpi, bool everyGroup)
    {
        Dimension[] dimensions = everyGroup ? [Dimension.Tier, Dimension.Team, Dimension.Dataset] : [Dimension.Tier];
        return dimensions.Where(kpi.Dimensions.Contains).Select(d => (IReadOnlyList<Dimension>)[d]).Prepend([]);
    }

    /// <summary>The same figures as an evaluator has them; without those that it does not have.</summary>
    /// <param name="everyGroup">Teams and datasets, too.</param>
    internal static async Task<Dictionary<string, double?>> TodayAsync(
        KpiEvaluator evaluator, ScorecardEdition edition, KpiDefinition kpi, bool everyGroup, CancellationToken cancellation)
    {
        var now = evaluator.Definitions.FirstOrDefault(d => d.Id == kpi.Id);
        if (now is null) return [];
        var period = Period.Parse(edition.Period.Text, evaluator.Calendar);
        var figures = new ScopedFigures(edition.Scope, evaluator.Definitions, evaluator.EvaluateAsync);
        var rows = new List<KpiRow>();
        foreach (var by in Groupings(now, everyGroup))
            rows.AddRange(await figures.EvaluateAsync(new KpiRequest(period) { Kpis = [kpi.Id], By = by }, cancellation));
        return rows.ToDictionary(r => FigureJson.Write(r.Group), r => r.Value);
    }

    private async Task<bool> HasNewsAsync(
        NpgsqlConnection connection, ScorecardEdition edition, KpiDefinition kpi, CancellationToken cancellation)
    {
        var hash = evaluator.Definitions.FirstOrDefault(d => d.Id == kpi.Id)?.Hash ?? "";
        return await connection.ScalarAsync<bool>(
            """
            with known as (
              select seen, definition, settings_hash from scorecard.compared where edition = $1 and kpi = $2
              union all
              select e.cut, d.hash, e.settings_hash from scorecard.edition e join scorecard.definition d using (edition)
              where e.edition = $1 and d.kpi = $2 and not exists (select from scorecard.compared where edition = $1 and kpi = $2)
            )
            select k.definition <> $3 or k.settings_hash <> $4 or exists (
              select from ingest.batch b join ingest.batch_fact f using (batch)
              where b.state = 'committed' and not pg_visible_in_snapshot(b.committed_xid, k.seen)
                and f.fact = any($5) and (f.rows_new <> 0 or f.rows_changed <> 0))
            from known k
            """, cancellation, edition.Edition, kpi.Id, hash, evaluator.Settings.Hash, RestatementCause.FactsOf(kpi));
    }

    private async Task NoteAsync(
        NpgsqlConnection connection, ScorecardEdition edition, KpiDefinition kpi, string seen, CancellationToken cancellation) =>
        await connection.ExecuteAsync(
            """
            insert into scorecard.compared (edition, kpi, seen, definition, settings_hash, compared_at) values ($1, $2, $3::pg_snapshot, $4, $5, $6)
            on conflict (edition, kpi) do update set seen = excluded.seen, definition = excluded.definition,
              settings_hash = excluded.settings_hash, compared_at = excluded.compared_at
            """, cancellation, edition.Edition, kpi.Id, seen, evaluator.Definitions.FirstOrDefault(d => d.Id == kpi.Id)?.Hash ?? "",
            evaluator.Settings.Hash, clock.GetUtcNow());

    private static async Task<Restatement> AddAsync(NpgsqlConnection connection, Restatement entry, CancellationToken cancellation)
    {
        await connection.ExecuteAsync(
            """
            insert into scorecard.restatement (edition, kpi, grouping, published, now, batch_from, batch_to, reasons, found_at)
            values ($1, $2, $3::jsonb, $4::float8, $5::float8, $6::bigint, $7::bigint, $8, $9)
            """, cancellation, entry.Edition.Edition, entry.Kpi, FigureJson.Write(entry.Group), entry.Published, entry.Now, entry.BatchFrom,
            entry.BatchTo, entry.Reasons.ToArray(), entry.FoundAt);
        return entry;
    }
}
