using System.Collections;
using System.Text.RegularExpressions;

namespace Metrics.Sources;

/// <summary>
/// Rules for what no system agrees on: which tag is the tier, which label the team, which job loads which dataset. Per topic a
/// list; the first rule whose patterns all match the record's raw attributes gives the value.
/// <code>
/// var tier = context.Mapping.Apply("tier", new RawAttributes { { "tag", "critical" }, { "name", "orders" } });
/// </code>
/// </summary>
public sealed class Mapping
{
    private readonly IReadOnlyDictionary<string, IReadOnlyList<MappingRule>> topics;

    /// <param name="topics">The rules of each topic, in order.</param>
    public Mapping(IReadOnlyDictionary<string, IReadOnlyList<MappingRule>> topics) => this.topics = topics;

    /// <summary>No rules: every answer is null.</summary>
    public static Mapping Empty { get; } = new(new Dictionary<string, IReadOnlyList<MappingRule>>());

    /// <summary>Told of every question and its answer, for a dry run: topic, attributes, the rule that matched or null.</summary>
    public Action<string, RawAttributes, MappingRule?>? Asked { get; init; }

    /// <summary>The rules of each topic, in order.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<MappingRule>> Topics => topics;

    /// <summary>The value of the first rule of a topic that matches; null where none does or the rule says that there is none.</summary>
    public string? Apply(string topic, RawAttributes attributes) => Match(topic, attributes, out var value) ? value : null;

    /// <summary>
    /// Whether a rule matches, and its value. A rule with an empty value matches and says that there is none: what the source
    /// would take by itself does not hold either.
    /// </summary>
    public bool Match(string topic, RawAttributes attributes, out string? value)
    {
        value = null;
        foreach (var rule in topics.GetValueOrDefault(topic) ?? [])
        {
            if (!rule.Matches(attributes, out value)) continue;
            Asked?.Invoke(topic, attributes, rule);
            return true;
        }

        Asked?.Invoke(topic, attributes, null);
        return false;
    }

    /// <summary>The same rules, with somebody listening.</summary>
    public Mapping Watched(Action<string, RawAttributes, MappingRule?> asked) => new(topics) { Asked = asked };
}

/// <summary>What a source knows of a record, by name; a name may occur several times (labels).</summary>
public sealed class RawAttributes : IEnumerable<KeyValuePair<string, string>>
{
    private readonly List<KeyValuePair<string, string>> all = [];

    /// <summary>Adds a value; null and empty are left out.</summary>
    public void Add(string name, string? value)
    {
        if (!string.IsNullOrEmpty(value)) all.Add(new(name, value));
    }

    /// <summary>Adds several values of one name.</summary>
    public void Add(string name, IEnumerable<string?> values)
    {
        foreach (var value in values) Add(name, value);
    }

    /// <summary>The values of a name.</summary>
    public IEnumerable<string> this[string name] => all.Where(a => a.Key == name).Select(a => a.Value);

    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => all.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>As <c>label=data, label=sev1</c>.</summary>
    public override string ToString() => string.Join(", ", all.Select(a => $"{a.Key}={a.Value}"));
}

/// <summary>One rule: patterns on attributes, all of which must match, and the value that then holds.</summary>
public sealed class MappingRule
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private readonly IReadOnlyList<(string Attribute, Regex Pattern)> patterns;

    private MappingRule(IReadOnlyList<(string, Regex)> patterns, string? value, string text)
    {
        this.patterns = patterns;
        Value = value;
        Text = text;
    }

    /// <summary>What holds where it matches; <c>$1</c>, <c>${name}</c> stand for what the first pattern captured. Null: there is none.</summary>
    public string? Value { get; }

    /// <summary>As people wrote it, for tables.</summary>
    public string Text { get; }

    /// <summary>The attributes it looks at.</summary>
    public IEnumerable<string> Attributes => patterns.Select(p => p.Attribute);

    /// <summary>
    /// A rule. A pattern between slashes is a regular expression (linear-time, no look-around and back-references) that must be
    /// found in the value; any other must be the whole value, with <c>*</c> for any text, captured as <c>$1</c>, <c>$2</c> …
    /// Case is ignored. Without patterns the rule always matches.
    /// </summary>
    /// <exception cref="FormatException">A regular expression is broken; the message says how.</exception>
    public static MappingRule Create(IEnumerable<KeyValuePair<string, string>> when, string? value)
    {
        var given = when.ToList();
        var text = $"{(given.Count == 0 ? "always" : string.Join(", ", given.Select(w => $"{w.Key}: {w.Value}")))} → {value ?? "(none)"}";
        return new MappingRule([.. given.Select(w => (w.Key, Compile(w.Value)))], string.IsNullOrEmpty(value) ? null : value, text);
    }

    /// <summary>Whether every pattern matches a value of its attribute, and the rule's value then.</summary>
    public bool Matches(RawAttributes attributes, out string? value)
    {
        value = null;
        Match? first = null;
        foreach (var (attribute, pattern) in patterns)
        {
            if (attributes[attribute].Select(v => pattern.Match(v)).FirstOrDefault(m => m.Success) is not { } match) return false;
            first ??= match;
        }

        value = first is null || Value is null ? Value : first.Result(Value) is { Length: > 0 } text ? text : null;
        return true;
    }

    private static Regex Compile(string pattern)
    {
        const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking;
        try
        {
            return pattern.Length > 1 && pattern[0] == '/' && pattern[^1] == '/'
                ? new Regex(pattern[1..^1], Options, Patience)
                : new Regex($"^{Regex.Escape(pattern).Replace("\\*", "(.*)", StringComparison.Ordinal)}$", Options | RegexOptions.Singleline, Patience);
        }
        catch (Exception broken) when (broken is ArgumentException or NotSupportedException)
        {
            throw new FormatException($"\"{pattern}\" is no regular expression that can be used: {broken.Message}", broken);
        }
    }
}
