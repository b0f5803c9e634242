using System.Text.Json.Nodes;
using YamlDotNet.RepresentationModel;

namespace Metrics.Tests.Sources.Airflow;

/// <summary>Airflow's published OpenAPI document, as far as requests and answers of ours are held against it.</summary>
internal sealed class AirflowSpecification
{
    private readonly YamlMappingNode root;

    public AirflowSpecification(string file)
    {
        var yaml = new YamlStream();
        using var text = File.OpenText(file);
        yaml.Load(text);
        root = (YamlMappingNode)yaml.Documents[0].RootNode;
    }

    /// <summary>What is wrong with a request, given as method, path and query; null where nothing is.</summary>
    public string? FaultOf(string request)
    {
        var parts = request.Split(' ', 2)[1].Split('?', 2);
        if (Operation(parts[0]) is not { } operation) return $"There is no path {parts[0]}.";
        var known = operation.Children.TryGetValue("parameters", out var parameters)
            ? ((YamlSequenceNode)parameters).Select(p => ((YamlMappingNode)p)["name"].ToString()).ToHashSet()
            : [];
        var unknown = parts.Length == 1 ? [] : parts[1].Split('&').Select(p => p.Split('=')[0]).Where(p => !known.Contains(p)).ToList();
        return unknown.Count == 0 ? null : $"{parts[0]} has no parameters {string.Join(", ", unknown)}.";
    }

    /// <summary>What is wrong with an answer; null where nothing is.</summary>
    public string? FaultOf(string path, JsonObject answer)
    {
        if (Operation(path) is not { } operation) return $"There is no path {path}.";
        var schema = (YamlMappingNode)operation["responses"]["200"]["content"]["application/json"]["schema"];
        return FaultOf(path, answer, schema);
    }

    private string? FaultOf(string place, JsonNode? value, YamlMappingNode schema)
    {
        if (schema.Children.TryGetValue("$ref", out var reference))
            schema = (YamlMappingNode)root["components"]["schemas"][reference.ToString().Split('/')[^1]];
        if (value is JsonArray items && schema.Children.TryGetValue("items", out var item))
            return items.Select((v, i) => FaultOf($"{place}[{i}]", v, (YamlMappingNode)item)).FirstOrDefault(f => f is not null);
        if (value is not JsonObject members || !schema.Children.TryGetValue("properties", out var given)) return null;
        var properties = (YamlMappingNode)given;
        var unknown = members.Select(m => m.Key).Where(k => !properties.Children.ContainsKey(k)).ToList();
        if (unknown.Count > 0) return $"{place} has the members {string.Join(", ", unknown)}, which the specification does not know.";
        var missing = schema.Children.TryGetValue("required", out var required)
            ? ((YamlSequenceNode)required).Select(r => r.ToString()).Where(r => !members.ContainsKey(r)).ToList()
            : [];
        return missing.Count > 0
            ? $"{place} lacks {string.Join(", ", missing)}."
            : members.Select(m => FaultOf($"{place}.{m.Key}", m.Value, (YamlMappingNode)properties[m.Key])).FirstOrDefault(f => f is not null);
    }

    private YamlMappingNode? Operation(string path)
    {
        var parts = path.Split('/');
        foreach (var (template, operations) in ((YamlMappingNode)root["paths"]).Children)
        {
            var known = template.ToString().Split('/');
            if (known.Length == parts.Length && known.Zip(parts).All(p => p.First.StartsWith('{') || p.First == p.Second))
                return ((YamlMappingNode)operations).Children.TryGetValue("get", out var get) ? (YamlMappingNode)get : null;
        }

        return null;
    }
}
