using System.Globalization;

namespace Metrics.Server.Demo;

/// <summary>A model of the dbt project.</summary>
/// <param name="UniqueId">As dbt writes it: <c>model.nordlicht.orders</c>.</param>
/// <param name="Version">The catalogue's entry.</param>
/// <param name="Upstream">Dataset ids that it reads.</param>
internal sealed record DbtModel(string UniqueId, DatasetVersion Version, IReadOnlyList<string> Upstream)
{
    public string Schema => Version.Id.Split('.')[1];
    public string Name => Version.Id.Split('.')[2];
}

/// <summary>
/// A test of the dbt project: of the generic test <c>Macro</c> in <c>Package</c>, or a singular one without either.
/// </summary>
internal sealed record DbtTest(string UniqueId, string Name, SeedCheck Check, DbtModel Model, string? Package, string? Macro)
{
    /// <summary>Checks that only warn do not stop what is built on the model.</summary>
    public bool OnlyWarns => Check.Kind is "accepted_values" or "custom" or "volume";
}

/// <summary>
/// The dbt project <c>nordlicht</c>: everything in the database <c>analytics</c>. Written as dbt leaves it behind: one
/// manifest, and a folder per invocation.
/// </summary>
internal sealed class DbtProject
{
    public const string Name = "nordlicht";
    public const string DbtVersion = "1.10.4";

    private readonly Company company;
    private readonly ILookup<string, DbtTest> tests;

    public DbtProject(Company company)
    {
        this.company = company;
        var catalogue = company.Catalogue;
        var models = catalogue.Datasets.Where(Catalogue.IsDbt).Select(d => new DbtModel(
            ModelId(d), catalogue.Latest(d), [.. catalogue.Edges.Where(e => e.Downstream == d).Select(e => e.Upstream)]));
        Models = InBuildOrder([.. models]);
        Tests = [.. catalogue.Checks.Where(c => c.Enabled && Catalogue.IsDbt(c.Dataset)).Select(Test)];
        tests = Tests.ToLookup(t => t.Model.UniqueId);
        Sources = [.. Models.SelectMany(m => m.Upstream).Where(u => !Catalogue.IsDbt(u)).Distinct()];
    }

    /// <summary>Every model after those it reads.</summary>
    public IReadOnlyList<DbtModel> Models { get; }

    public IReadOnlyList<DbtTest> Tests { get; }

    public IEnumerable<DbtTest> TestsOf(DbtModel model) => tests[model.UniqueId];

    /// <summary>Dataset ids that the project reads and others load.</summary>
    public IReadOnlyList<string> Sources { get; }

    public void Write(string folder, Outages outages)
    {
        DbtManifest.Write(this, company, Path.Combine(folder, "manifest.json"));
        foreach (var day in company.Time.Days)
        {
            var stamp = day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            var build = DbtBuilds.Build(this, company, outages, day);
            DbtRunResults.Write(build, Path.Combine(folder, stamp));
            if (DbtBuilds.Retry(company, day, build) is { } retry)
                DbtRunResults.Write(retry, Path.Combine(folder, stamp + "-retry"));
            if (day.DayOfWeek == DayOfWeek.Monday)
                DbtFreshness.Write(this, company, outages, day, Path.Combine(folder, stamp));
        }
    }

    public static string ModelId(string dataset) => $"model.{Name}.{dataset.Split('.')[2]}";

    public static string SourceId(string dataset) => $"source.{Name}.{dataset.Split('.')[1]}.{dataset.Split('.')[2]}";

    /// <summary>The node that stands for a dataset: a model or a source.</summary>
    public static string NodeId(string dataset) => Catalogue.IsDbt(dataset) ? ModelId(dataset) : SourceId(dataset);

    /// <summary>As dbt quotes it.</summary>
    public static string RelationName(string dataset) => string.Join('.', dataset.Split('.').Select(p => $"\"{p}\""));

    private DbtTest Test(SeedCheck check)
    {
        var model = Models.First(m => m.Version.Id == check.Dataset);
        var (package, macro) = check.Kind switch
        {
            "uniqueness" => (null, "unique"),
            "not_null" => (null, "not_null"),
            "referential" => (null, "relationships"),
            "accepted_values" => (null, "accepted_values"),
            "schema" => ("dbt_expectations", "expect_table_columns_to_match_set"),
            "volume" => ("dbt_expectations", "expect_table_row_count_to_be_between"),
            "freshness" => ("dbt_utils", "recency"),
            _ => ((string?)null, (string?)null),
        };
        var name = macro is null
            ? $"assert_{model.Name}_{check.Column}_adds_up"
            : string.Join('_', new[] { package, macro, model.Name, check.Column }.Where(p => p is not null));
        var hash = Dice.Of(0, "test", name).Bits().ToString("x16", CultureInfo.InvariantCulture)[..10];
        var id = macro is null ? $"test.{Name}.{name}" : $"test.{Name}.{name}.{hash}";
        return new DbtTest(id, name, check, model, package, macro);
    }

    private static List<DbtModel> InBuildOrder(List<DbtModel> models)
    {
        var ordered = new List<DbtModel>();
        while (models.Count > 0)
        {
            var ready = models.Where(m => m.Upstream.All(u => models.All(o => o.Version.Id != u))).ToList();
            if (ready.Count == 0)
            {
                var circle = string.Join(", ", models.Select(m => m.Version.Id));
                throw new InvalidDataException($"lineage.csv goes in a circle among {circle}.");
            }

            ordered.AddRange(ready);
            models.RemoveAll(ready.Contains);
        }

        return ordered;
    }
}
