using System.Globalization;
using Metrics.Kpis;
using Metrics.Model;
using Metrics.Model.Facts;
using Metrics.Storage;

namespace Metrics.Tests.Storage.Ingestion;

/// <summary>What a database holds, as text that can be compared: without batch numbers, which tell the imports apart.</summary>
internal static class Dump
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Every fact, the outputs that they imply, and the catalogue's history.</summary>
    public static async Task<string> FactsAsync(this MetricsDatabase database)
    {
        var tables = FactSchema.All.Select(f => $"{FactTables.Schema}.\"{f.Name}\"").Append("fact.effective_output").Append("catalog.version");
        var lines = new List<string>();
        await using var connection = await database.Application.OpenConnectionAsync(Cancellation);
        foreach (var table in tables)
        {
            lines.AddRange(await connection.QueryAsync(
                $"select (to_jsonb(t) - 'batch' - 'since')::text from {table} t order by 1", r => $"{table} {r.GetString(0)}", Cancellation));
        }

        return string.Join('\n', lines);
    }

    /// <summary>The rows that are kept by day and by month, with their cells spelled out.</summary>
    public static async Task<string> DaysAsync(this MetricsDatabase database)
    {
        await using var connection = await database.Application.OpenConnectionAsync(Cancellation);
        var lines = new List<string>();
        foreach (var (table, starts) in ((string, string)[])[("daily", "day"), ("month", "month")])
        {
            lines.AddRange(await connection.QueryAsync(
                $"""
                select concat_ws(' ', d.kpi, '{starts}', d.{starts}, d.level, (to_jsonb(c) - 'cell')::text, trim_scale(d.numerator),
                  trim_scale(d.denominator), d.n, d.excluded_n, trim_scale(d.sum_squares), d.binary_only,
                  (select array_agg(v order by v) from unnest(d."values") v))
                from kpi.{table} d join kpi.cell c using (cell) order by 1
                """, r => r.GetString(0), Cancellation));
        }

        return string.Join('\n', lines);
    }

    /// <summary>Every KPI of a quarter, in total and by tier.</summary>
    public static async Task<string> ValuesAsync(this MetricsDatabase database)
    {
        var lines = new List<string>();
        foreach (var by in (Dimension[][])[[], [Dimension.Tier]])
        {
            var request = new KpiRequest(Period.Parse("2026-Q2", database.Settings.Calendar)) { By = by };
            lines.AddRange((await database.Evaluator.EvaluateAsync(request, Cancellation)).Select(r => string.Create(
                CultureInfo.InvariantCulture,
                $"{r.Kpi.Id} {string.Join('/', r.Group.Values)} {r.Value} {r.Numerator} {r.Denominator} {r.N} {r.Excluded} {r.Previous} {r.YearAgo} {r.Status} {r.Reason}")));
        }

        return string.Join('\n', lines);
    }
}
