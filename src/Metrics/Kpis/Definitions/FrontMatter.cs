using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Metrics.Kpis.Definitions;

/// <summary>
/// The YAML in the comment at the head of a KPI file, read key by key. Every fault is noted with its line and reading goes on,
/// so that an author sees all of them at once.
/// </summary>
internal sealed class FrontMatter
{
    private const string Opening = "/* ---";
    private const string Closing = "--- */";
    private readonly YamlMappingNode root;
    private readonly int firstLine;
    private readonly Action<int, string> fault;
    private readonly HashSet<string> asked = new(StringComparer.Ordinal);

    private FrontMatter(YamlMappingNode root, int firstLine, Action<int, string> fault) =>
        (this.root, this.firstLine, this.fault) = (root, firstLine, fault);

    /// <summary>Splits a file; null where it has no readable front matter, which is then noted.</summary>
    public static (FrontMatter Head, string Sql, int SqlLine)? Split(string text, Action<int, string> fault)
    {
        var start = text.Length - text.TrimStart().Length;
        if (!text.AsSpan(start).StartsWith(Opening, StringComparison.Ordinal))
        {
            fault(1, $"the file must begin with \"{Opening}\", the front matter in YAML, and \"{Closing}\"");
            return null;
        }

        var end = text.IndexOf(Closing, start, StringComparison.Ordinal);
        if (end < 0)
        {
            fault(1, $"the front matter that begins with \"{Opening}\" does not end with \"{Closing}\"");
            return null;
        }

        var yamlStart = start + Opening.Length;
        var yamlLine = 1 + text.AsSpan(0, yamlStart).Count('\n');
        var sqlStart = end + Closing.Length;
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text[yamlStart..end]));
            if (stream.Documents is [{ RootNode: YamlMappingNode root }])
                return (new FrontMatter(root, yamlLine, fault), text[sqlStart..], 1 + text.AsSpan(0, sqlStart).Count('\n'));
            fault(yamlLine, "the front matter is not a list of \"key: value\" lines");
        }
        catch (YamlException broken)
        {
            fault(yamlLine - 1 + (int)broken.Start.Line, $"the front matter is not valid YAML: {broken.Message}");
        }
        catch (InvalidOperationException)
        {
            // The parser's way of saying that the text ends within a list or mapping.
            fault(yamlLine, "the front matter is not valid YAML: a list or mapping is not closed");
        }

        return null;
    }

    /// <summary>The line of a key, or of the front matter where the key is missing.</summary>
    public int LineOf(string key) =>
        root.Children.Keys.FirstOrDefault(k => k is YamlScalarNode { Value: var v } && v == key) is { } node ? Line(node) : firstLine;

    public string? Text(string key, bool required = true)
    {
        if (Node(key, required) is not { } node) return null;
        if (node is YamlScalarNode { Value: { } value } && !string.IsNullOrWhiteSpace(value)) return value.Trim();
        fault(Line(node), $"{key} must be a text");
        return null;
    }

    /// <summary>One of the words, or a list of allowed words in the fault.</summary>
    public T? Word<T>(string key, IReadOnlyDictionary<string, T> words, bool required = true) where T : struct
    {
        if (Text(key, required) is not { } text) return null;
        if (words.TryGetValue(text, out var value)) return value;
        fault(LineOf(key), $"{key} is \"{text}\"; allowed are {string.Join(", ", words.Keys)}");
        return null;
    }

    public IReadOnlyList<string> List(string key, bool required = true)
    {
        if (Node(key, required) is not { } node) return [];
        if (node is YamlSequenceNode list && list.All(i => i is YamlScalarNode))
            return [.. list.Cast<YamlScalarNode>().Select(i => i.Value ?? "")];
        fault(Line(node), $"{key} must be a list, such as [a, b]");
        return [];
    }

    public IReadOnlyList<T> Words<T>(string key, IReadOnlyDictionary<string, T> words, bool required = true)
    {
        var found = new List<T>();
        foreach (var text in List(key, required))
        {
            if (!words.TryGetValue(text, out var value))
                fault(LineOf(key), $"{key} names \"{text}\"; allowed are {string.Join(", ", words.Keys)}");
            else if (!found.Contains(value))
                found.Add(value);
        }

        return found;
    }

    public int Number(string key, int otherwise, int lowest)
    {
        if (Text(key, required: false) is not { } text) return otherwise;
        if (int.TryParse(text, out var value) && value >= lowest) return value;
        fault(LineOf(key), $"{key} is \"{text}\"; it must be a whole number of at least {lowest}");
        return otherwise;
    }

    public bool Flag(string key)
    {
        if (Text(key, required: false) is not { } text) return false;
        if (text is "true" or "false") return text == "true";
        fault(LineOf(key), $"{key} is \"{text}\"; allowed are true, false");
        return false;
    }

    /// <summary>A mapping of words to texts, such as <c>{ unit: tb_processed }</c>.</summary>
    public IReadOnlyDictionary<T, string> Pairs<T>(string key, IReadOnlyDictionary<string, T> words) where T : struct
    {
        var pairs = new Dictionary<T, string>();
        foreach (var (name, line, values) in Entries(key))
        {
            if (!words.TryGetValue(name, out var word))
                fault(line, $"{key} names \"{name}\"; allowed are {string.Join(", ", words.Keys)}");
            else if (values is not { Count: 1 } || !values.TryGetValue("target", out var text) || text.Length == 0)
                fault(line, $"{key}.{name} must be a text");
            else
                pairs[word] = text;
        }

        return pairs;
    }

    /// <summary>The entries of a nested mapping with their lines; nested texts, or mappings of texts.</summary>
    public IEnumerable<(string Key, int Line, IReadOnlyDictionary<string, string> Values)> Entries(string key)
    {
        if (Node(key, required: false) is not { } node) yield break;
        if (node is not YamlMappingNode entries)
        {
            fault(Line(node), $"{key} must be a mapping, such as {{ tier0: \"> 0.99\" }}");
            yield break;
        }

        foreach (var (name, value) in entries.Children)
        {
            var texts = value switch
            {
                YamlScalarNode { Value: { } text } => new Dictionary<string, string> { ["target"] = text },
                YamlMappingNode nested when nested.All(e => e.Key is YamlScalarNode && e.Value is YamlScalarNode) =>
                    nested.ToDictionary(e => ((YamlScalarNode)e.Key).Value ?? "", e => ((YamlScalarNode)e.Value).Value ?? ""),
                _ => null,
            };
            if (texts is null) fault(Line(value), $"{key}.{name} must be a text or a mapping of texts");
            else yield return (name.ToString(), Line(name), texts);
        }
    }

    /// <summary>Notes keys that nobody asked for.</summary>
    public void RefuseTheRest()
    {
        foreach (var key in root.Children.Keys.Where(k => !asked.Contains(k.ToString())))
            fault(Line(key), $"\"{key}\" is not a key of a KPI file; allowed are {string.Join(", ", asked.Order(StringComparer.Ordinal))}");
    }

    private YamlNode? Node(string key, bool required)
    {
        asked.Add(key);
        if (root.Children.TryGetValue(new YamlScalarNode(key), out var node)) return node;
        if (required) fault(firstLine, $"{key} is missing");
        return null;
    }

    private int Line(YamlNode node) => firstLine - 1 + (int)node.Start.Line;
}
