using Metrics.Sources;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Metrics.Sync;

/// <summary>
/// Reads mapping rules: a mapping of topics to lists of <c>when</c> and <c>value</c>, or the path of a file that holds one,
/// from the folder of sources.yaml.
/// </summary>
internal sealed class MappingFile(string home, IEnumerable<MappingTopic> topics, Action<string, int, string> fault)
{
    private readonly ILookup<string, MappingTopic> known = topics.ToLookup(t => t.Name);
    private string? other;

    public Dictionary<string, List<MappingRule>> Read(YamlNode node)
    {
        if (node is YamlScalarNode { Value: { Length: > 0 } name })
        {
            other = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(home))!, name);
            if (Load(other, node) is not { } loaded) return [];
            node = loaded;
        }

        var rules = new Dictionary<string, List<MappingRule>>(StringComparer.Ordinal);
        if (node is not YamlMappingNode mapping)
        {
            Fault(node, "mapping is neither a mapping of topics to rules nor the path of a file with one.");
            return rules;
        }

        foreach (var (key, value) in mapping.Children)
        {
            var topic = key.ToString();
            if (!known.Contains(topic)) Fault(key, $"There is no topic \"{topic}\"; there {Listed(known.Select(k => k.Key))}.");
            else if (value is not YamlSequenceNode list) Fault(value, $"{topic} is no list of rules; write \"- when: {{…}}\" and \"value: …\".");
            else rules[topic] = [.. list.Select(r => Rule(topic, r)).OfType<MappingRule>()];
        }

        return rules;
    }

    private MappingRule? Rule(string topic, YamlNode node)
    {
        if (node is not YamlMappingNode rule || rule.Children.Keys.Any(k => k.ToString() is not ("when" or "value")) || !rule.Children.TryGetValue("value", out var given)
            || given is not YamlScalarNode { } answer)
        {
            Fault(node, "A rule has \"value\" and, unless it always holds, \"when\": {attribute: pattern}.");
            return null;
        }

        var value = answer.Value is "" or "~" or "null" && answer.Style == ScalarStyle.Plain ? null : answer.Value;
        var when = new List<KeyValuePair<string, string>>();
        if (rule.Children.TryGetValue("when", out var conditions))
        {
            if (conditions is not YamlMappingNode patterns)
            {
                Fault(conditions, "when is no mapping of attributes to patterns.");
                return null;
            }

            foreach (var (name, pattern) in patterns.Children)
            {
                if (!Attributes(topic).Any(a => a == name.ToString() || a.EndsWith(".*", StringComparison.Ordinal) && name.ToString().StartsWith(a[..^1], StringComparison.Ordinal)))
                    Fault(name, $"{topic} has no attribute \"{name}\"; there {Listed(Attributes(topic))}.");
                when.Add(new(name.ToString(), pattern.ToString()));
            }
        }

        if (value is not null && !value.Contains('$', StringComparison.Ordinal) && known[topic].All(t => t.Words.Count > 0 && !t.Words.Contains(value)))
            Fault(answer, $"{topic} is \"{value}\"; allowed are {string.Join(", ", known[topic].SelectMany(t => t.Words).Distinct())}.");
        try
        {
            return MappingRule.Create(when, value);
        }
        catch (FormatException broken)
        {
            Fault(node, broken.Message);
            return null;
        }
    }

    private YamlNode? Load(string file, YamlNode at)
    {
        if (!File.Exists(file))
        {
            fault(home, (int)at.Start.Line, $"mapping: there is no file {file}.");
            return null;
        }

        try
        {
            var yaml = new YamlStream();
            using var text = File.OpenText(file);
            yaml.Load(text);
            return yaml.Documents is [{ RootNode: var root }] ? root : null;
        }
        catch (YamlException broken)
        {
            fault(file, (int)broken.Start.Line, $"not valid YAML: {broken.Message}");
            return null;
        }
    }

    private IEnumerable<string> Attributes(string topic) => known[topic].SelectMany(t => t.Attributes).Distinct();

    private static string Listed(IEnumerable<string> names) =>
        names.Distinct().ToList() is { Count: > 0 } all ? $"{(all.Count == 1 ? "is" : "are")} {string.Join(", ", all)}" : "is none";

    private void Fault(YamlNode node, string text) => fault(other ?? home, (int)node.Start.Line, text);
}
