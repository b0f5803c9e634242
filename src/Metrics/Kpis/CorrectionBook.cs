using System.Text.Json;
using Metrics.Model;
using Metrics.Storage;

namespace Metrics.Kpis;

/// <summary>What people have put right in the records of a KPI, as a view of the facts has it.</summary>
internal sealed class CorrectionBook
{
    private readonly Dictionary<(string Fact, string Source, string Connection, string Key), string> texts;

    private CorrectionBook(Dictionary<(string, string, string, string), string> texts) => this.texts = texts;

    public static async Task<CorrectionBook> LoadAsync(EvaluationSnapshot snapshot, KpiDefinition definition, CancellationToken cancellation)
    {
        string[] facts = [.. definition.Reads, .. definition.Reads.Contains("run_output") ? (string[])["pipeline_run"] : []];
        var rows = await snapshot.Connection.QueryAsync(
            """
            select c.fact, c.key::text, c.field, coalesce(c.original #>> array[]::text[], 'nothing'), coalesce(c.value #>> array[]::text[], 'nothing'),
              c.made_by, c.reason
            from ingest.correction c join ingest.batch b using (batch) left join ingest.batch e on e.batch = c.ended_by
            where c.fact = any($1) and case when $2::text is null then c.ended_by is null
              else pg_visible_in_snapshot(b.committed_xid, $2::pg_snapshot) and (e.batch is null or not pg_visible_in_snapshot(e.committed_xid, $2::pg_snapshot)) end
            order by c.field
            """,
            r => (Fact: r.GetString(0), Key: r.GetString(1), Text: $"{r.GetString(2)} {r.GetString(3)} → {r.GetString(4)} ({r.GetString(5)}: {r.GetString(6)})"),
            cancellation, facts, snapshot.Cut?.Snapshot);
        return new CorrectionBook(rows.GroupBy(r => (r.Fact, r.Key)).ToDictionary(g => KeyOf(g.Key.Fact, g.Key.Key), g => string.Join("; ", g.Select(r => r.Text))));
    }

    /// <summary>The observation with what was put right in its record.</summary>
    public Observation Mark(Observation observation) =>
        observation.Record is { } record && texts.TryGetValue((record.Fact, record.Source, record.Connection, record.Key), out var text)
            ? observation with { Corrected = text }
            : observation;

    private static (string, string, string, string) KeyOf(string fact, string json)
    {
        using var key = JsonDocument.Parse(json);
        var parts = key.RootElement.EnumerateArray().Select(p => p.ToString()).ToList();
        return (fact, parts[0], parts[1], string.Join('/', parts.Skip(2)));
    }
}
