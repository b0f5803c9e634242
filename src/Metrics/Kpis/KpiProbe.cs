using Metrics.Kpis.Definitions;
using Metrics.Model;
using Npgsql;

namespace Metrics.Kpis;

/// <summary>What running one definition has shown.</summary>
/// <param name="Faults">What the database found wrong; empty for a definition that can be used.</param>
/// <param name="Sample">A few of its observations.</param>
public sealed record KpiTrial(KpiDefinition Definition, IReadOnlyList<KpiFault> Faults, IReadOnlyList<Observation> Sample);

/// <summary>
/// Runs definitions against the database as analysts' SQL runs: as the login that can only read, within a time limit.
/// </summary>
public sealed class KpiProbe(NpgsqlDataSource database, NpgsqlDataSource reader, ReportingSettings settings, TimeProvider clock)
{
    /// <summary>How long a definition may take over the days it is tried on.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private const int SampleSize = 5;
    private const int MostRows = 1_000_000;
    private static readonly TimeSpan Tried = TimeSpan.FromDays(92);

    public async Task<KpiTrial> TryAsync(KpiDefinition definition, CancellationToken cancellation = default)
    {
        var now = clock.GetUtcNow();
        var sample = new List<Observation>();
        if (definition.TargetsMetOf is not null) return new KpiTrial(definition, [], sample);
        try
        {
            await using var snapshot = await EvaluationSnapshot.OpenAsync(database, reader, new AttributionCache(), settings, now, Timeout, TimeSpan.MaxValue, cancellation);
            var query = new ObservationQuery(definition, await snapshot.ReaderAsync(cancellation), settings);
            var faults = ColumnFaults(definition, await query.ColumnsAsync(cancellation)).ToList();
            if (faults.Count > 0) return new KpiTrial(definition, faults, sample);

            var window = definition.Kind == KpiKind.State ? QueryWindow.State(now, now) : new QueryWindow(now - Tried, now, now);
            var rows = 0;
            await foreach (var row in query.RunAsync(window, evidence: true, cancellation))
            {
                if (++rows > MostRows)
                    return Fault($"yields more than {MostRows:N0} observations for {Tried.TotalDays} days; is a join or condition missing?");
                if (sample.Count == SampleSize || definition.MinGroup > 0) continue;
                var cell = snapshot.Attribution.CellOf(row);
                sample.Add(KpiEvaluator.ObservationOf(row.Within(definition, cell), cell));
            }

            return new KpiTrial(definition, [], sample);
        }
        catch (PostgresException refused)
        {
            return Fault(refused.SqlState == PostgresErrorCodes.QueryCanceled
                ? $"takes longer than {Timeout.TotalSeconds} seconds over {Tried.TotalDays} days"
                : $"{refused.MessageText} (SQLSTATE {refused.SqlState}){(refused.Hint is null ? "" : $"; {refused.Hint}")}");
        }
        catch (NpgsqlException stopped) when (stopped.InnerException is TimeoutException)
        {
            return Fault($"takes longer than {Timeout.TotalSeconds} seconds over {Tried.TotalDays} days");
        }
        catch (Exception unreadable) when (unreadable is OverflowException or InvalidCastException)
        {
            return Fault($"yields a value that cannot be read: {unreadable.Message}");
        }

        KpiTrial Fault(string message) => new(definition, [new KpiFault(definition.File, 1, $"the SELECT {message}")], sample);
    }

    private static IEnumerable<KpiFault> ColumnFaults(KpiDefinition definition, HashSet<string> columns)
    {
        var known = ObservationQuery.Columns.Select(c => c.Name).ToList();
        foreach (var column in columns.Where(c => !known.Contains(c)).Order(StringComparer.Ordinal))
            yield return new KpiFault(definition.File, 1, $"the SELECT yields \"{column}\", which is not a column of observations; there are {string.Join(", ", known)}");
        string[] needed = definition.Kind switch
        {
            KpiKind.Ratio => ["at", "numerator", "denominator"],
            KpiKind.UnitCost => ["at", "numerator", "denominator", "unit"],
            KpiKind.State => ["numerator", "denominator"],
            KpiKind.Median or KpiKind.P90 or KpiKind.Mean => ["at", "value"],
            KpiKind.Rate or KpiKind.Sum => ["at"],
        };
        foreach (var column in needed.Where(n => !columns.Contains(n)))
            yield return new KpiFault(definition.File, 1, $"the SELECT does not yield \"{column}\", which a KPI of kind {Model.Facts.FactSchema.SnakeCase(definition.Kind.ToString())} needs");
    }
}
