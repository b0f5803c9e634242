using System.Text.Json;
using Metrics.Model.Facts;

namespace Metrics.Sources.Dbt;

/// <summary><c>manifest.json</c>: the project's datasets with what is written about them, its tests and its lineage.</summary>
internal sealed class DbtManifest(DbtArtifact artifact, DbtPrivacy privacy)
{
    /// <summary>Under this source stand the tables that a project reads but does not make.</summary>
    private const string SourcesOfOthers = "dbt_source";

    /// <summary>Under this source stands what exposures make of datasets: a data_product that meta names counts before it.</summary>
    private const string ExposureSource = "dbt_exposure";

    private readonly DbtGraph graph = new(artifact.Root);

    public IEnumerable<Reading> Read()
    {
        var there = new List<string>();
        foreach (var reading in Datasets().Concat(Checks()).Concat(Lineage()).Concat(Exposures()))
        {
            yield return reading;
            if (reading is RecordRead { Record: var record } && DbtProject.NameOf(record) is { } name) there.Add(name);
        }

        foreach (var fragment in DbtProject.Seen(artifact, graph, there)) yield return fragment;
    }

    private IEnumerable<Reading> Datasets()
    {
        foreach (var (id, node, relation) in graph.Datasets)
        {
            var meta = new DbtMeta(node, $"{artifact.File}, {id}");
            var target = meta.Text("dataset") ?? relation;
            if (!graph.IsOvershadowed(id))
            {
                var dataset = Dataset(relation, node, meta);
                foreach (var fault in meta.Faults)
                    yield return fault with { Payload = privacy.Clean(fault.Payload)!, Reason = privacy.Clean(fault.Reason)! };
                if (dataset.Fault() is { } wrong)
                {
                    yield return new RecordRejected($"{artifact.File}, {id}", privacy.Shown(node.At("meta")), wrong);
                }
                else
                {
                    yield return new RecordRead(dataset);
                }

                if (target != relation) yield return new AliasSeen("dataset", relation, target);
            }

            yield return new AliasSeen("dataset", id, target);
        }
    }

    private Dataset Dataset(string relation, JsonElement node, DbtMeta meta) => new()
    {
        Id = relation,
        Name = node.Text("source_name") is { } source ? $"{source}.{node.Text("name")}" : node.Text("name"),
        Tier = meta.Tier(),
        Team = privacy.Clean(meta.Text("team", "owner") ?? GroupOwner(node)),
        Domain = meta.Text("domain"),
        Description = privacy.Clean(node.Text("description")),
        DefinitionUrl = meta.Text("definition_url"),
        Classification = meta.Word<Classification>("classification"),
        ContainsPii = meta.Flag("contains_pii"),
        FreshnessMaxAge = meta.Duration("freshness_max_age"),
        FreshnessDeadline = meta.TimeOfDay("freshness_deadline"),
        FreshnessDays = meta.Words<Weekday>("freshness_days"),
        FreshnessTimezone = meta.Zone("freshness_timezone"),
        SlaUrl = meta.Text("sla_url"),
        Lifecycle = meta.Word<Lifecycle>("lifecycle") ?? Deprecation(node),
        RequiredChecks = meta.Words<CheckKind>("required_checks"),
        DataProduct = meta.Text("data_product"),

        // Another project may list our model as its source, and knows less of it: that must take nothing back.
        Source = node.Text("resource_type") == "source" ? SourcesOfOthers : DbtSource.SourceName,
        UpdatedAt = artifact.GeneratedAt,
        SeenAt = artifact.GeneratedAt,
    };

    private IEnumerable<Reading> Checks()
    {
        foreach (var (id, test) in graph.Tests) yield return new RecordRead(Test(id, test, isEnabled: true));

        var known = graph.Tests.Select(t => t.Id).ToHashSet();
        foreach (var (id, test) in artifact.Root.At("disabled").Members()
            .SelectMany(d => d.Value.Items().Select(n => (d.Name, Node: n))))
        {
            if (test.Text("resource_type") == "test" && known.Add(id))
                yield return new RecordRead(Test(id, test, isEnabled: false));
        }

        foreach (var (id, node, relation) in graph.Datasets)
        {
            if (node.At("contract").IsTrue("enforced") || node.At("config").At("contract").IsTrue("enforced"))
            {
                yield return new RecordRead(Check(DbtNames.ContractCheck(id), relation, CheckKind.Schema));
                yield return DbtContracts.Enforced(id);
            }

            // By its unique_id, as sources.json knows it, so that both say the same of the check.
            if (HasFreshness(node)) yield return new RecordRead(Check(DbtNames.FreshnessCheck(id), id, CheckKind.Freshness));
        }
    }

    private Check Test(string id, JsonElement test, bool isEnabled) =>
        Check(DbtNames.Check(id), graph.Tested(test), DbtTestKind.Of(test)) with
        {
            Column = test.Text("column_name") ?? test.At("test_metadata").At("kwargs").Text("column_name"),
            Enabled = isEnabled && test.At("config").At("enabled").ValueKind != JsonValueKind.False,
        };

    private Check Check(string id, string? dataset, CheckKind kind) => new()
    {
        CheckId = id,
        Dataset = dataset,
        Kind = kind,
        Source = DbtSource.SourceName,
        UpdatedAt = artifact.GeneratedAt,
        SeenAt = artifact.GeneratedAt,
    };

    private IEnumerable<Reading> Lineage() => graph.Edges().Select(e => new RecordRead(new LineageEdge
    {
        Upstream = e.Upstream,
        Downstream = e.Downstream,
        Source = DbtSource.SourceName,
        UpdatedAt = artifact.GeneratedAt,
        SeenAt = artifact.GeneratedAt,
    }));

    /// <summary>Dashboards, reports and applications: what they are made from is a product for somebody.</summary>
    private IEnumerable<Reading> Exposures()
    {
        var products = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (id, exposure) in artifact.Root.At("exposures").Members().Select(e => (e.Name, e.Value)).OrderBy(e => e.Name, StringComparer.Ordinal))
        {
            foreach (var relation in exposure.At("depends_on").At("nodes").Texts().Select(graph.Relation).OfType<string>().Distinct())
            {
                products.TryAdd(relation, exposure.Text("label") ?? exposure.Text("name") ?? id);
                yield return new RecordRead(new LineageEdge
                {
                    Upstream = relation,
                    Downstream = id,
                    Source = DbtSource.SourceName,
                    UpdatedAt = artifact.GeneratedAt,
                    SeenAt = artifact.GeneratedAt,
                });
            }
        }

        foreach (var (relation, product) in products)
        {
            yield return new RecordRead(new Dataset
            {
                Id = relation,
                DataProduct = product,
                Source = ExposureSource,
                UpdatedAt = artifact.GeneratedAt,
                SeenAt = artifact.GeneratedAt,
            });
        }
    }

    private string? GroupOwner(JsonElement node)
    {
        if ((node.At("config").Text("group") ?? node.Text("group")) is not { } group) return null;
        var owner = artifact.Root.At("groups").Members().Select(g => g.Value)
            .FirstOrDefault(g => g.Text("name") == group).At("owner");
        return owner.Text("name") ?? owner.Text("email") ?? group;
    }

    // A date without a time is the beginning of that day.
    private Lifecycle? Deprecation(JsonElement node) => (node.Moment("deprecation_date") ?? JsonFields.MomentOf(node.Text("deprecation_date") + "T00:00Z")) switch
    {
        null => null,
        { } date when date <= artifact.GeneratedAt => Lifecycle.Deprecated,
        _ => Lifecycle.Active,
    };

    private static bool HasFreshness(JsonElement node) => node.Text("resource_type") == "source"
        && new[] { "warn_after", "error_after" }.Any(limit => node.At("freshness").At(limit).Number("count") is not null);
}
