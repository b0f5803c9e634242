using Metrics.Kpis.Definitions;
using Metrics.Model;
using Metrics.Storage;
using Npgsql;

namespace Metrics.Kpis;

/// <summary>Opens a value down to the records behind it.</summary>
internal static class KpiExplainer
{
    /// <param name="wait">As <see cref="KpiRequest.Wait"/>.</param>
    public static async Task<Explanation> ExplainAsync(
        KpiView view, string kpi, Period period, IReadOnlyDictionary<Dimension, string?> where, bool wait, CancellationToken cancellation)
    {
        // Broken down by what it is filtered by, the value is judged by the targets of that group; where nothing was recorded, there is
        // no such group, and the filter alone says so.
        var request = new KpiRequest(period) { Kpis = [kpi], Where = where, Wait = wait };
        var rows = (await view.EvaluateAsync(request with { By = [.. where.Keys] }, cancellation))
            .Where(r => where.All(w => r.Group[w.Key] == w.Value)).ToList();
        if (rows.Count == 0) rows.AddRange(await view.EvaluateAsync(request, cancellation));
        var definition = rows[0].Kpi;
        if (definition.IsJudgedPerTier && !where.ContainsKey(Dimension.Tier))
            rows.AddRange(await view.EvaluateAsync(request with { By = [Dimension.Tier] }, cancellation));
        var evidence = await view.EvidenceAsync(kpi, period, where, cancellation);
        var versions = await DefinitionHistory.OfAsync(view.Connection, kpi, cancellation);
        return new Explanation
        {
            Definition = definition,
            DefinedSince = versions is [var latest, ..] && latest.Hash == definition.Hash ? latest.Since : null,
            Rows = rows,
            Counted = [.. evidence.Where(o => o.Excluded is null)],
            LeftOut = [.. evidence.Where(o => o.Excluded is not null)],
            Facts = await FactsAsync(view, definition, cancellation),
        };
    }

    private static async Task<IReadOnlyList<FactFreshness>> FactsAsync(KpiView view, KpiDefinition definition, CancellationToken cancellation) =>
        await view.Connection.QueryAsync(
            """
            select f.fact, last.source, last.batch, last.name, last.committed_at,
              (select max(upper(c.covered)) from ingest.coverage c where c.fact = f.fact and c.source = last.source)
            from unnest($1::text[]) with ordinality as f(fact, place)
            left join lateral (
              select distinct on (b.source) b.source, b.batch, b.name, b.committed_at
              from ingest.batch_fact bf join ingest.batch b using (batch)
              where bf.fact = f.fact and b.state = 'committed'
              order by b.source, b.batch desc) last on true
            order by f.place, last.source
            """,
            r => new FactFreshness(
                r.GetString(0), r.IsDBNull(1) ? null : r.GetString(1), r.IsDBNull(2) ? null : r.GetInt64(2),
                r.IsDBNull(3) || !view.Limit.IsEverything ? null : r.GetString(3),
                Moment(r, 4), Moment(r, 5)),
            cancellation, (object)definition.Reads.ToArray());

    private static DateTimeOffset? Moment(NpgsqlDataReader row, int column)
    {
        if (row.IsDBNull(column)) return null;
        var at = row.GetDateTime(column);
        return at == DateTime.MaxValue ? null : new DateTimeOffset(at, TimeSpan.Zero);
    }
}
