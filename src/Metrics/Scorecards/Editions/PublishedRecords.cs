using Metrics.Kpis;
using Metrics.Model;
using Npgsql;

namespace Metrics.Scorecards.Editions;

/// <summary>A published figure opened down to the records as they were.</summary>
/// <param name="Explanation">With the definition, the rows and the records of then.</param>
/// <param name="Again">What the records of then give when they are evaluated again by the definition of then.</param>
public sealed record PublishedExplanation(ScorecardEdition Edition, Explanation Explanation, double? Again)
{
    /// <summary>Whether the records of then still give the published figure.</summary>
    public bool Agrees => Restatement.Same(Explanation.Rows[0].Value, Again);
}

/// <summary>Opens frozen figures: facts, catalogue, definition and settings as the edition saw them.</summary>
public sealed class PublishedRecords(NpgsqlDataSource database, KpiEvaluator evaluator)
{
    /// <param name="where">The tier whose figure is wanted, as the edition shows it; empty for the total.</param>
    /// <exception cref="ScorecardException">The edition is a draft, or shows no such figure.</exception>
    public async Task<PublishedExplanation> ExplainAsync(
        long edition, string kpi, IReadOnlyDictionary<Dimension, string?> where, CancellationToken cancellation = default)
    {
        var found = await new EditionStore(database, evaluator.Calendar).FindAsync(edition, cancellation);
        if (found.State == EditionState.Draft)
            throw new ScorecardException($"Edition {edition} is a draft: its figures are those of now. \"metrics kpi {kpi} --period {found.Period.Text} --explain\" opens them.");
        FrozenFigures frozen;
        await using (var connection = await database.OpenConnectionAsync(cancellation))
            frozen = await FrozenFigures.LoadAsync(connection, edition, evaluator.Settings, cancellation);
        var request = new KpiRequest(found.Period) { Kpis = [kpi], By = [.. where.Keys] };
        var rows = (await frozen.EvaluateAsync(request, cancellation)).Where(r => where.All(w => r.Group[w.Key] == w.Value)).ToList();
        if (rows.Count == 0)
        {
            throw new ScorecardException(
                $"Edition {edition} shows no such figure of \"{kpi}\"; it has {string.Join(", ", frozen.Definitions.Where(d => !d.Companion).Select(d => d.Id))}, as a total and by tier.");
        }

        if (where.Count == 0 && rows[0].Kpi.IsJudgedPerTier)
            rows.AddRange(await frozen.EvaluateAsync(request with { By = [Dimension.Tier] }, cancellation));
        var then = evaluator.With(frozen.Library, frozen.Settings).At(found.AsOf!.Value);
        await using var cut = await then.PublishedAsync(new PublishedCut(edition, found.Cut!), cancellation);
        var all = ScopedFigures.Where(found.Scope).Concat(where).ToDictionary();
        var evidence = await cut.EvidenceAsync(kpi, found.Period, all, cancellation);
        var again = await cut.EvaluateAsync(new KpiRequest(found.Period) { Kpis = [kpi], Where = all }, cancellation);
        return new PublishedExplanation(
            found,
            new Explanation
            {
                Definition = rows[0].Kpi,
                Rows = rows,
                Counted = [.. evidence.Where(o => o.Excluded is null)],
                LeftOut = [.. evidence.Where(o => o.Excluded is not null)],
                Facts = [],
            },
            again[0].Value);
    }
}
