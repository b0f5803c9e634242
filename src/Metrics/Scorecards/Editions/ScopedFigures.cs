using System.Collections.Immutable;
using Metrics.Kpis;
using Metrics.Model;

namespace Metrics.Scorecards.Editions;

/// <summary>The evaluator's answers for the part that a scorecard covers, each remembered.</summary>
/// <param name="evaluate">Answers for the whole platform.</param>
internal sealed class ScopedFigures(
    ScorecardScope scope, IReadOnlyList<KpiDefinition> definitions, Func<KpiRequest, CancellationToken, Task<IReadOnlyList<KpiRow>>> evaluate)
{
    private readonly Dictionary<(string Kpi, string Period, string Group), KpiRow> asked = [];

    /// <summary>Every row that was answered, once, in the order of the answers.</summary>
    public IReadOnlyList<KpiRow> Asked => [.. asked.Values];

    /// <summary>A KPI that does not know the scope's dimension is not defined for it.</summary>
    public async Task<IReadOnlyList<KpiRow>> EvaluateAsync(KpiRequest request, CancellationToken cancellation)
    {
        var wanted = request.Kpis.Count > 0 ? request.Kpis : [.. definitions.Where(d => !d.Companion).Select(d => d.Id)];
        var rows = new List<KpiRow>();
        foreach (var part in wanted.Select(id => definitions.First(d => d.Id == id)).GroupBy(d => Reason(d, request)))
        {
            if (part.Key is null)
                rows.AddRange(await evaluate(request with { Kpis = [.. part.Select(d => d.Id)], Where = Where(scope) }, cancellation));
            else if (request.Grain is null && request.By.Count == 0)
                rows.AddRange(part.Select(d => new KpiRow(d, request.Period) { Status = KpiStatus.NotDefined, Reason = part.Key }));
        }

        foreach (var row in rows) asked.TryAdd((row.Kpi.Id, row.Period.Text, FigureJson.Write(row.Group)), row);
        var order = wanted.Select((id, place) => (id, place)).ToDictionary();
        return [.. rows.OrderBy(r => order[r.Kpi.Id])];
    }

    /// <summary>What a scope asks the evaluator to leave away.</summary>
    public static IReadOnlyDictionary<Dimension, string?> Where(ScorecardScope scope) => scope.Kind switch
    {
        ScopeKind.Platform => ImmutableDictionary<Dimension, string?>.Empty,
        ScopeKind.Team => new Dictionary<Dimension, string?> { [Dimension.Team] = scope.Name },
        ScopeKind.Domain => new Dictionary<Dimension, string?> { [Dimension.Domain] = scope.Name },
    };

    /// <summary>Why a KPI has no value here; null where it has.</summary>
    private string? Reason(KpiDefinition kpi, KpiRequest request)
    {
        if (Where(scope).Keys.Any(d => !kpi.Dimensions.Contains(d)))
            return $"It is not known by {scope.Kind.ToString().ToLowerInvariant()}.";
        var grain = request.Grain ?? request.Period.Grain ?? Grain.Day;
        return kpi.Grains.Contains(grain) ? null : $"It is not defined by {grain.ToString().ToLowerInvariant()}.";
    }
}
