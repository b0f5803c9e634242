using System.Text.Json;
using Metrics.Kpis;
using Metrics.Kpis.Definitions;
using Metrics.Model;
using Metrics.Storage;
using Npgsql;

namespace Metrics.Scorecards.Editions;

/// <summary>Every answer that the evaluator gave for an edition, to be given again: an edition is read and never computed anew.</summary>
internal sealed class FrozenFigures
{
    private readonly ILookup<(string Kpi, string Period), (int Place, KpiRow Row)> rows;

    private FrozenFigures(KpiLibrary library, IReadOnlyList<KpiDefinition> definitions, ReportingSettings settings, IEnumerable<(int Place, KpiRow Row)> rows)
    {
        Library = library;
        Definitions = definitions;
        Settings = settings;
        this.rows = rows.ToLookup(r => (r.Row.Kpi.Id, r.Row.Period.Text));
    }

    /// <summary>The definitions as files, as they were.</summary>
    public KpiLibrary Library { get; }

    /// <summary>The definitions with the organisation's targets of the day.</summary>
    public IReadOnlyList<KpiDefinition> Definitions { get; }

    /// <summary>All rows, in the order of evaluation.</summary>
    public IReadOnlyList<KpiRow> All => [.. rows.SelectMany(r => r).OrderBy(r => r.Place).Select(r => r.Row)];

    /// <summary>The settings as they were.</summary>
    public ReportingSettings Settings { get; }

    /// <summary>The same answer as then. A question that was not asked then has none.</summary>
    public Task<IReadOnlyList<KpiRow>> EvaluateAsync(KpiRequest request, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<KpiRow>>(
        [
            .. from kpi in request.Kpis.Count > 0 ? request.Kpis : [.. Definitions.Where(d => !d.Companion).Select(d => d.Id)]
               from period in request.Grain is { } grain ? request.Period.Buckets(grain) : [request.Period]
               from row in rows[(kpi, period.Text)].OrderBy(r => r.Place)
               where row.Row.Group.Count == request.By.Count && request.By.All(row.Row.Group.ContainsKey)
               select row.Row,
        ]);

    /// <summary>Keeps what an edition shows.</summary>
    public static async Task SaveAsync(
        NpgsqlConnection connection, long edition, IReadOnlyList<KpiDefinition> definitions, IReadOnlyList<KpiRow> rows,
        CancellationToken cancellation)
    {
        await connection.ExecuteAsync(
            """
            insert into scorecard.definition (edition, kpi, hash, file, targets)
            select $1, d.kpi, d.hash, d.file, d.targets::jsonb from unnest($2::text[], $3::text[], $4::text[], $5::text[]) as d(kpi, hash, file, targets)
            """, cancellation, edition, Texts(definitions, d => d.Id), Texts(definitions, d => d.Hash), Texts(definitions, d => d.Text),
            Texts(definitions, d => JsonSerializer.Serialize(d.Targets.Where(t => !t.IsDefault).Select(TargetJson.Of), FigureJson.Options)));
        await connection.ExecuteAsync(
            """
            insert into scorecard.value (edition, place, kpi, period, grouping, value, adjusted, numerator, denominator, n, lower, upper, target,
              status, definition, figure)
            select $1, v.place, v.kpi, v.period, v.grouping::jsonb, v.value, v.adjusted, v.numerator, v.denominator, v.n, v.lower, v.upper, v.target,
              v.status, v.definition, v.figure::jsonb
            from unnest($2::int[], $3::text[], $4::text[], $5::text[], $6::float8[], $7::float8[], $8::numeric[], $9::numeric[], $10::bigint[],
              $11::float8[], $12::float8[], $13::text[], $14::text[], $15::text[], $16::text[])
              as v(place, kpi, period, grouping, value, adjusted, numerator, denominator, n, lower, upper, target, status, definition, figure)
            """, cancellation, edition, Enumerable.Range(0, rows.Count).ToArray(), Texts(rows, r => r.Kpi.Id), Texts(rows, r => r.Period.Text),
            Texts(rows, r => FigureJson.Write(r.Group)), rows.Select(r => r.Value).ToArray(), rows.Select(r => r.Adjusted).ToArray(),
            rows.Select(r => r.Numerator).ToArray(), rows.Select(r => r.Denominator).ToArray(), rows.Select(r => r.N).ToArray(),
            rows.Select(r => r.Lower).ToArray(), rows.Select(r => r.Upper).ToArray(), Texts(rows, r => r.Target?.Value.ToString()),
            Texts(rows, r => r.Status.Spelling), Texts(rows, r => r.Kpi.Hash),
            Texts(rows, r => JsonSerializer.Serialize(FigureJson.Of(r), FigureJson.Options)));
    }

    /// <param name="today">Gives what is not kept: how numbers are written.</param>
    public static async Task<FrozenFigures> LoadAsync(
        NpgsqlConnection connection, long edition, ReportingSettings today, CancellationToken cancellation)
    {
        var kept = await connection.QueryAsync(
            "select kpi, file, targets from scorecard.definition where edition = $1 order by kpi",
            r => (Kpi: r.GetString(0), File: r.GetString(1), Targets: r.GetString(2)), cancellation, edition);
        var library = KpiLibrary.Load(kept.Select(k => ($"{k.Kpi}.sql", k.File)));
        var targets = kept.ToDictionary(
            k => k.Kpi, k => JsonSerializer.Deserialize<List<TargetJson>>(k.Targets, FigureJson.Options)!.ConvertAll(t => t.ToTarget()));
        var definitions = library.Definitions.Select(d => d with { Targets = [.. d.Targets, .. targets[d.Id]] }).ToDictionary(d => d.Id);
        var settings = await connection.ScalarAsync<string>("select settings::text from scorecard.edition where edition = $1", cancellation, edition);
        var then = JsonSerializer.Deserialize<SettingsJson>(settings ?? "", FigureJson.Options)!.In(today);
        var answers = await connection.QueryAsync(
            """
            select kpi, period, grouping, value, adjusted, numerator, denominator, n, lower, upper, status, figure, place
            from scorecard.value where edition = $1
            """, r => (r.GetInt32(12), Read(r, definitions[r.GetString(0)], then.Calendar)), cancellation, edition);
        return new FrozenFigures(library, [.. library.Definitions.Select(d => definitions[d.Id])], then, answers);
    }

    private static KpiRow Read(NpgsqlDataReader row, KpiDefinition definition, ReportingCalendar calendar)
    {
        var figure = JsonSerializer.Deserialize<FigureJson>(row.GetString(11), FigureJson.Options)!;
        return new KpiRow(definition, Period.Parse(row.GetString(1), calendar))
        {
            Group = FigureJson.ReadGroup(row.GetString(2)),
            Value = Number(3),
            Adjusted = Number(4),
            Numerator = Sum(5),
            Denominator = Sum(6),
            N = row.GetInt64(7),
            Lower = Number(8),
            Upper = Number(9),
            Status = KpiStatuses.Parse(row.GetString(10)),
            Partial = figure.Partial,
            Excluded = figure.Excluded,
            Waived = figure.Waived,
            Previous = figure.Previous,
            YearAgo = figure.YearAgo,
            Target = figure.Target?.ToTarget(),
            Unattributed = figure.Unattributed,
            Reason = figure.Reason,
            Stale = figure.Stale,
            Suppressed = figure.Suppressed,
            AsOf = figure.AsOf,
        };

        double? Number(int column) => row.IsDBNull(column) ? null : row.GetDouble(column);

        decimal? Sum(int column) => row.IsDBNull(column) ? null : row.GetDecimal(column);
    }

    private static string?[] Texts<T>(IEnumerable<T> items, Func<T, string?> text) => [.. items.Select(text)];
}
