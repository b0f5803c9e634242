using System.Globalization;
using System.Text.Json;
using Metrics.Model;
using Metrics.Storage;
using Npgsql;

namespace Metrics.Kpis;

/// <summary>
/// The catalogue as it was at any moment, and from it the cell of an observation: tier, team and domain of its most critical
/// dataset in force, unless the record has a team of its own. Immutable.
/// </summary>
internal sealed class Attribution
{
    private readonly Dictionary<string, List<Entry>> datasets;
    private readonly Dictionary<string, List<Entry>> teams;
    private readonly Dictionary<(string Kind, string Namespace, string Name), string> aliases;
    private readonly DateTime[] changes;

    private Attribution(
        Dictionary<string, List<Entry>> datasets, Dictionary<string, List<Entry>> teams,
        Dictionary<(string, string, string), string> aliases)
    {
        (this.datasets, this.teams, this.aliases) = (datasets, teams, aliases);
        changes = [.. datasets.Values.Concat(teams.Values).SelectMany(v => v).SelectMany(e => new[] { e.From, e.To }).Distinct().Order()];
    }

    /// <summary>Reads the catalogue's history within the caller's transaction.</summary>
    /// <param name="edition">The edition that has kept the history as it was; null for the history as it is.</param>
    public static async Task<Attribution> LoadAsync(
        NpgsqlConnection connection, CancellationToken cancellation, long? edition = null)
    {
        var (catalogue, aliases) = edition is null ? ("catalog.version", "catalog.alias") : ("scorecard.catalogue", "scorecard.alias");
        var kept = edition is null ? "" : string.Create(CultureInfo.InvariantCulture, $"and edition = {edition}");
        var versions = await connection.QueryAsync(
            $"select entity, id, lower(valid), upper(valid), attributes from {catalogue} where entity in ('dataset', 'team') {kept}",
            r => (Entity: r.GetString(0), Id: r.GetString(1), Entry: Entry.Of(
                r.IsDBNull(2) ? DateTime.MinValue : r.GetDateTime(2), r.IsDBNull(3) ? DateTime.MaxValue : r.GetDateTime(3), r.GetString(4))),
            cancellation);
        var names = await connection.QueryAsync(
            $"select kind, namespace, name, target from {aliases} where true {kept}",
            r => (Key: (r.GetString(0), r.GetString(1), r.GetString(2)), Target: r.GetString(3)), cancellation);
        return new Attribution(ById("dataset"), ById("team"), names.ToDictionary(a => a.Key, a => a.Target));

        Dictionary<string, List<Entry>> ById(string entity) =>
            versions.Where(v => v.Entity == entity).GroupBy(v => v.Id)
                .ToDictionary(g => g.Key, g => g.Select(v => v.Entry).OrderBy(e => e.From).ToList());
    }

    /// <summary>A number that is the same for two moments between which the catalogue did not change.</summary>
    public int EpochOf(RawObservation row)
    {
        var place = Array.BinarySearch(changes, MomentOf(row));
        return place >= 0 ? place : ~place - 1;
    }

    public Cell CellOf(RawObservation row)
    {
        var at = MomentOf(row);
        var known = row.Datasets.Select(d => Resolve("dataset", row.Source, d)).Distinct()
            .Select(d => (Id: d, Entry: InForce(datasets, d, at)))
            .Where(d => d.Entry is not null)
            .OrderBy(d => d.Entry!.Tier ?? int.MaxValue).ThenBy(d => d.Id, StringComparer.Ordinal)
            .ToList();
        var leading = known.Count > 0 ? known[0].Entry : null;
        var team = row.Team is { } own ? Resolve("team", row.Source, own)
            : leading?.Team is { } owner ? Resolve("team", "", owner)
            : null;
        return new Cell
        {
            Tier = leading?.Tier,
            Team = team,
            Domain = leading?.Domain ?? (team is null ? null : InForce(teams, team, at)?.Domain),
            Datasets = [.. known.Select(d => d.Id).Order(StringComparer.Ordinal)],
            DataProduct = leading?.DataProduct,
            Pipeline = row.Pipeline,
            Severity = row.Severity,
            Service = row.Service,
            Unit = row.Unit,
            Measure = row.Measure,
            StakeholderGroup = row.StakeholderGroup,
        };
    }

    /// <summary>The tiers that had an active dataset, of those within a limit, at some moment of the interval.</summary>
    public IReadOnlyList<int> ActiveTiers(Interval over, RowLimit limit) =>
        [.. datasets.Values.SelectMany(v => v)
            .Where(e => e.IsActive && e.Overlaps(over) && e.Tier is not null && Allows(limit, e, over))
            .Select(e => e.Tier!.Value).Distinct().Order()];

    /// <summary>Whether a dataset was within a limit at some moment of the interval.</summary>
    public bool Shows(string dataset, Interval over, RowLimit limit) =>
        limit.IsEverything || (datasets.TryGetValue(dataset, out var versions) && versions.Exists(e => e.Overlaps(over) && Allows(limit, e, over)));

    /// <summary>A team's domain just before a moment.</summary>
    public string? DomainOf(string team, DateTimeOffset before) => InForce(teams, team, before.UtcDateTime.AddMicroseconds(-1))?.Domain;

    private bool Allows(RowLimit limit, Entry dataset, Interval over)
    {
        if (limit.IsEverything) return true;
        var at = dataset.From > over.Start.UtcDateTime ? dataset.From : over.Start.UtcDateTime;
        var team = dataset.Team is { } owner ? Resolve("team", "", owner) : null;
        return limit.Allows(team, dataset.Domain ?? (team is null ? null : InForce(teams, team, at)?.Domain));
    }

    /// <summary>A dataset's tier just before a moment.</summary>
    public int? TierOf(string dataset, DateTimeOffset before) => InForce(datasets, dataset, before.UtcDateTime.AddMicroseconds(-1))?.Tier;

    private static DateTime MomentOf(RawObservation row) => (row.AsOf ?? row.At).UtcDateTime;

    private string Resolve(string kind, string? source, string name) =>
        aliases.TryGetValue((kind, source ?? "", name), out var own) ? own
        : aliases.TryGetValue((kind, "", name), out var common) ? common
        : name;

    private static Entry? InForce(Dictionary<string, List<Entry>> versions, string id, DateTime at) =>
        versions.TryGetValue(id, out var entries) ? entries.Find(e => e.From <= at && at < e.To) : null;

    private sealed record Entry(DateTime From, DateTime To, int? Tier, string? Team, string? Domain, string? DataProduct, bool IsActive)
    {
        public bool Overlaps(Interval over) => From < over.End.UtcDateTime && To > over.Start.UtcDateTime;

        public static Entry Of(DateTime from, DateTime to, string attributes)
        {
            using var document = JsonDocument.Parse(attributes);
            var root = document.RootElement;
            return new Entry(
                from, to,
                root.TryGetProperty("tier", out var tier) && tier.ValueKind == JsonValueKind.Number ? tier.GetInt32() : null,
                Text("team"), Text("domain"), Text("data_product"), Text("lifecycle") != "deprecated");

            string? Text(string name) => root.TryGetProperty(name, out var value) ? value.GetString() : null;
        }
    }
}
