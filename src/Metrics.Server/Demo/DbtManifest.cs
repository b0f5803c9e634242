using System.Text.Json;
using System.Text.Json.Nodes;

namespace Metrics.Server.Demo;

/// <summary>Writes <c>manifest.json</c>, version 12: models, tests, sources, one exposure, and the graph between them.</summary>
internal static class DbtManifest
{
    public static void Write(DbtProject project, Company company, string path)
    {
        var parents = Parents(project);
        var manifest = new JsonObject
        {
            ["metadata"] = Metadata(company),
            ["nodes"] = Keyed(project.Models.Select(m => Model(project, m)).Concat(project.Tests.Select(Test))),
            ["sources"] = Keyed(project.Sources.Select(Source)),
            ["macros"] = new JsonObject(),
            ["docs"] = new JsonObject(),
            ["exposures"] = Keyed([Exposure()]),
            ["metrics"] = new JsonObject(),
            ["groups"] = Keyed(company.Catalogue.Teams.Select(Group)),
            ["selectors"] = new JsonObject(),
            ["disabled"] = new JsonObject(),
            ["parent_map"] = Map(parents),
            ["child_map"] = Map(parents.Keys.ToDictionary(
                k => k, k => parents.Where(p => p.Value.Contains(k)).Select(p => p.Key).ToArray())),
            ["group_map"] = Map(project.Models.Where(m => m.Version.Team is not null)
                .GroupBy(m => m.Version.Team!).ToDictionary(g => g.Key, g => g.Select(m => m.UniqueId).ToArray())),
            ["saved_queries"] = new JsonObject(),
            ["semantic_models"] = new JsonObject(),
            ["unit_tests"] = new JsonObject(),
        };
        using var file = File.Create(path);
        using var json = new Utf8JsonWriter(file);
        manifest.WriteTo(json);
    }

    private static JsonObject Metadata(Company company) => new()
    {
        ["dbt_schema_version"] = "https://schemas.getdbt.com/dbt/manifest/v12.json",
        ["dbt_version"] = DbtProject.DbtVersion,
        ["generated_at"] = DbtRunResults.Stamp(company.Time.Today),
        ["invocation_id"] = company.Dice("dbt manifest").Uuid(),
        ["invocation_started_at"] = DbtRunResults.Stamp(company.Time.Today.AddSeconds(-6)),
        ["env"] = new JsonObject(),
        ["project_name"] = DbtProject.Name,
        ["project_id"] = "6ab1ff21b6ab1e3b9d0ffb3f0f0c6a52",
        ["user_id"] = null,
        ["send_anonymous_usage_stats"] = false,
        ["adapter_type"] = "postgres",
    };

    private static JsonObject Node(string type, string id, string database, string schema, string name, string file) => new()
    {
        ["database"] = database,
        ["schema"] = schema,
        ["name"] = name,
        ["resource_type"] = type,
        ["package_name"] = DbtProject.Name,
        ["path"] = file,
        ["original_file_path"] = $"models/{file}",
        ["unique_id"] = id,
        ["fqn"] = new JsonArray(DbtProject.Name, schema, name),
        ["alias"] = name,
        ["tags"] = new JsonArray(),
    };

    private static JsonObject Model(DbtProject project, DbtModel model)
    {
        var version = model.Version;
        var file = $"{model.Schema}/{model.Name}.sql";
        var node = Node("model", model.UniqueId, Catalogue.DbtDatabase, model.Schema, model.Name, file);
        node["config"] = new JsonObject
        {
            ["enabled"] = true,
            ["materialized"] = "table",
            ["tags"] = new JsonArray(),
            ["meta"] = new JsonObject { ["owner"] = version.Team },
            ["group"] = version.Team,
            ["contract"] = new JsonObject { ["enforced"] = false, ["alias_types"] = true },
            ["access"] = "protected",
        };
        node["description"] = version.Description ?? "";
        var columns = project.TestsOf(model).Select(t => t.Check.Column).OfType<string>().Distinct();
        node["columns"] = new JsonObject(columns.Select(c => KeyValuePair.Create(c, (JsonNode?)new JsonObject
        {
            ["name"] = c,
            ["description"] = "",
            ["meta"] = new JsonObject(),
            ["data_type"] = null,
            ["constraints"] = new JsonArray(),
            ["tags"] = new JsonArray(),
        })));
        node["meta"] = new JsonObject { ["owner"] = version.Team };
        node["group"] = version.Team;
        node["language"] = "sql";
        node["relation_name"] = DbtProject.RelationName(version.Id);
        node["refs"] = new JsonArray([.. model.Upstream.Where(Catalogue.IsDbt).Select(u => Ref(u.Split('.')[2]))]);
        node["sources"] = new JsonArray([.. model.Upstream.Where(u => !Catalogue.IsDbt(u))
            .Select(u => new JsonArray(u.Split('.')[1], u.Split('.')[2]))]);
        node["depends_on"] = DependsOn(model.Upstream.Select(DbtProject.NodeId));
        node["contract"] = new JsonObject { ["enforced"] = false, ["alias_types"] = true, ["checksum"] = null };
        node["access"] = "protected";
        node["version"] = null;
        node["latest_version"] = null;
        return node;
    }

    private static JsonObject Test(DbtTest test)
    {
        var node = Node("test", test.UniqueId, Catalogue.DbtDatabase, "dbt_test__audit", test.Name, $"{test.Name}.sql");
        node["config"] = new JsonObject
        {
            ["enabled"] = true,
            ["materialized"] = "test",
            ["severity"] = test.OnlyWarns ? "WARN" : "ERROR",
            ["store_failures"] = null,
            ["fail_calc"] = "count(*)",
            ["warn_if"] = "!= 0",
            ["error_if"] = "!= 0",
            ["tags"] = new JsonArray(),
            ["meta"] = new JsonObject(),
            ["group"] = null,
        };
        node["description"] = "";
        node["columns"] = new JsonObject();
        node["meta"] = new JsonObject();
        node["relation_name"] = null;
        node["refs"] = new JsonArray(Ref(test.Model.Name));
        node["sources"] = new JsonArray();
        node["depends_on"] = DependsOn([test.Model.UniqueId]);
        if (test.Macro is null) return node;
        node["column_name"] = test.Check.Kind is "schema" or "volume" ? null : test.Check.Column;
        node["file_key_name"] = $"models.{test.Model.Name}";
        node["attached_node"] = test.Model.UniqueId;
        var kwargs = new JsonObject { ["model"] = $"{{{{ get_where_subquery(ref('{test.Model.Name}')) }}}}" };
        if (test.Check.Column is { } column) kwargs["column_name"] = column;
        node["test_metadata"] = new JsonObject { ["name"] = test.Macro, ["kwargs"] = kwargs, ["namespace"] = test.Package };
        return node;
    }

    private static JsonObject Source(string dataset)
    {
        var parts = dataset.Split('.');
        var node = Node("source", DbtProject.SourceId(dataset), parts[0], parts[1], parts[2], $"{parts[1]}/_sources.yml");
        node.Remove("alias");
        node["source_name"] = parts[1];
        node["source_description"] = "";
        node["loader"] = "airflow";
        node["identifier"] = parts[2];
        node["loaded_at_field"] = "loaded_at";
        node["freshness"] = new JsonObject
        {
            ["warn_after"] = new JsonObject { ["count"] = DbtFreshness.WarnAfter, ["period"] = "hour" },
            ["error_after"] = new JsonObject { ["count"] = DbtFreshness.ErrorAfter, ["period"] = "hour" },
            ["filter"] = null,
        };
        // What others load, others describe: a manifest knows only today's words and would fill gaps of the past.
        node["description"] = "";
        node["columns"] = new JsonObject();
        node["meta"] = new JsonObject();
        node["config"] = new JsonObject { ["enabled"] = true };
        node["relation_name"] = DbtProject.RelationName(dataset);
        return node;
    }

    private static JsonObject Exposure() => new()
    {
        ["name"] = "board_report",
        ["resource_type"] = "exposure",
        ["package_name"] = DbtProject.Name,
        ["path"] = "finance/_exposures.yml",
        ["original_file_path"] = "models/finance/_exposures.yml",
        ["unique_id"] = $"exposure.{DbtProject.Name}.board_report",
        ["fqn"] = new JsonArray(DbtProject.Name, "finance", "board_report"),
        ["type"] = "dashboard",
        ["owner"] = new JsonObject { ["email"] = null, ["name"] = "finance" },
        ["description"] = "Revenue and margin for the board, every Monday.",
        ["url"] = "https://bi.nordlicht.example/dashboards/12",
        ["maturity"] = "high",
        ["meta"] = new JsonObject(),
        ["tags"] = new JsonArray(),
        ["config"] = new JsonObject { ["enabled"] = true },
        ["depends_on"] = DependsOn(BoardReport),
    };

    private static string[] BoardReport { get; } =
        [DbtProject.ModelId("analytics.finance.revenue"), DbtProject.ModelId("analytics.finance.margins")];

    private static JsonObject Group(string team) => new()
    {
        ["name"] = team,
        ["resource_type"] = "group",
        ["package_name"] = DbtProject.Name,
        ["path"] = "_groups.yml",
        ["original_file_path"] = "models/_groups.yml",
        ["unique_id"] = $"group.{DbtProject.Name}.{team}",
        ["owner"] = new JsonObject { ["email"] = null, ["name"] = team },
    };

    private static Dictionary<string, string[]> Parents(DbtProject project)
    {
        var parents = project.Models.ToDictionary(m => m.UniqueId, m => m.Upstream.Select(DbtProject.NodeId).ToArray());
        foreach (var test in project.Tests) parents[test.UniqueId] = [test.Model.UniqueId];
        foreach (var source in project.Sources) parents[DbtProject.SourceId(source)] = [];
        parents[$"exposure.{DbtProject.Name}.board_report"] = BoardReport;
        return parents;
    }

    private static JsonObject Ref(string name) => new() { ["name"] = name, ["package"] = null, ["version"] = null };

    private static JsonObject DependsOn(IEnumerable<string> nodes) => new()
    {
        ["macros"] = new JsonArray(),
        ["nodes"] = new JsonArray([.. nodes.Select(n => JsonValue.Create(n))]),
    };

    private static JsonObject Keyed(IEnumerable<JsonObject> nodes) =>
        new(nodes.Select(n => KeyValuePair.Create((string)n["unique_id"]!, (JsonNode?)n)));

    private static JsonObject Map(Dictionary<string, string[]> map) =>
        new(map.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)new JsonArray([.. p.Value.Select(v => JsonValue.Create(v))]))));
}
