using System.Text.RegularExpressions;
using Metrics.Sources;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Metrics.Sync;

/// <summary>sources.yaml is faulty; the message lists every fault with file and line.</summary>
public sealed class SourcesFileException(IReadOnlyList<string> faults)
    : Exception(string.Join('\n', faults))
{
    /// <summary>Each as <c>sources.yaml:12: what is wrong, what is allowed</c>.</summary>
    public IReadOnlyList<string> Faults { get; } = faults;
}

/// <summary>
/// Reads sources.yaml: the connections that are pulled, may push, or give files a name. It is read whole; every fault is
/// reported at once.
/// </summary>
public sealed partial class SourcesFile
{
    /// <summary>The name that is looked for in the working folder.</summary>
    public const string DefaultName = "sources.yaml";

    private static readonly TimeSpan DefaultJitter = TimeSpan.FromSeconds(30);

    private static readonly string[] Keys =
        ["source", "name", "schedule", "jitter", "time_zone", "sweep", "heartbeat", "since", "allow_private_addresses", "options", "secrets", "mapping"];

    private readonly string path;
    private readonly IReadOnlyList<ISource> sources;
    private readonly Func<string, string?> variable;
    private readonly List<(string File, int Line, string Text)> faults = [];

    private SourcesFile(string path, IReadOnlyList<ISource> sources, Func<string, string?> variable) =>
        (this.path, this.sources, this.variable) = (path, sources, variable);

    /// <summary>The connections of a file, in its order; none where the file does not exist.</summary>
    /// <param name="variable">The environment; a parameter for tests.</param>
    /// <exception cref="SourcesFileException">The file is faulty.</exception>
    public static IReadOnlyList<ConfiguredConnection> Load(string path, IReadOnlyList<ISource> sources, Func<string, string?>? variable = null)
    {
        if (!File.Exists(path)) return [];
        var file = new SourcesFile(path, sources, variable ?? Environment.GetEnvironmentVariable);
        var connections = file.Read();
        return file.faults.Count == 0 ? connections : throw new SourcesFileException(
            [.. file.faults.OrderBy(f => f.File != path).ThenBy(f => f.File, StringComparer.Ordinal).ThenBy(f => f.Line).Select(f => $"{f.File}:{f.Line}: {f.Text}").Distinct()]);
    }

    private List<ConfiguredConnection> Read()
    {
        if (Root(path) is not { } root) return [];
        foreach (var (key, _) in root.Children)
            if (key.ToString() is not ("connections" or "mapping")) Fault(key, $"There is no key \"{key}\"; there are connections and mapping.");
        var shared = root.Children.TryGetValue("mapping", out var rules) ? new MappingFile(path, sources.SelectMany(s => s.Settings.Topics), Fault).Read(rules) : [];
        if (!root.Children.TryGetValue("connections", out var list)) return [];
        if (list is not YamlSequenceNode entries)
        {
            Fault(list, "connections is no list; begin every connection with \"- source: …\".");
            return [];
        }

        var all = new List<ConfiguredConnection>();
        foreach (var entry in entries)
        {
            if (entry is not YamlMappingNode mapping) Fault(entry, "A connection is a mapping that begins with \"source: …\".");
            else if (Connection(mapping, shared) is { } connection)
            {
                if (all.Find(c => c.Title == connection.Title) is { } twin)
                    Fault(entry, $"{connection.Title} is there already, at line {twin.Line}; give one of them another name.");
                all.Add(connection);
            }
        }

        return all;
    }

    private ConfiguredConnection? Connection(YamlMappingNode node, Dictionary<string, List<MappingRule>> shared)
    {
        foreach (var (key, _) in node.Children)
            if (!Keys.Contains(key.ToString())) Fault(key, $"There is no key \"{key}\"; there are {string.Join(", ", Keys)}.");
        if (Text(node, "source") is not { } name)
        {
            Fault(node, $"source is missing; there are {string.Join(", ", sources.Select(s => s.Name))}.");
            return null;
        }

        if (sources.FirstOrDefault(s => s.Name == name) is not { } source)
        {
            Fault(node["source"], $"There is no source \"{name}\"; there are {string.Join(", ", sources.Select(s => s.Name))}.");
            return null;
        }

        var title = Text(node, "name") ?? "";
        if (title.Length > 0 && !Name().IsMatch(title)) Fault(node["name"], $"name is \"{title}\"; it takes letters, digits, \"-\", \"_\" and \".\", at most 60.");
        var options = Options(node);
        var (secrets, missing) = Secrets(node);
        foreach (var (key, fault) in OptionFaults.Of(source.Settings, options, secrets.Keys))
            Fault(Find(node, "options", key) ?? Find(node, "secrets", key) ?? node, fault);

        var zone = Zone(node);
        return new ConfiguredConnection(
            SourceConnection.Checked(source, title, options, secrets.Where(s => s.Value is not null).ToDictionary(s => s.Key, s => s.Value!)) with
            {
                AllowPrivateAddresses = Flag(node, "allow_private_addresses"),
                Since = Value(node, "since", OptionText.Moment, OptionKind.Moment),
                Mapping = MappingOf(node, source, shared),
            }, (int)node.Start.Line)
        {
            Schedule = source is IPullSource ? ScheduleOf(node, "schedule", zone) : Unfit(node, "schedule", $"{name} is not pulled: its records are imported or sent."),
            Sweep = source is ISweepSource
                ? Text(node, "sweep") switch { "never" => null, null => node.Children.ContainsKey("schedule") ? Schedule.Parse("every 7d", zone) : null, _ => ScheduleOf(node, "sweep", zone) }
                : Unfit(node, "sweep", $"{name} cannot list what exists."),
            Jitter = Value(node, "jitter", OptionText.Duration, OptionKind.Duration) ?? DefaultJitter,
            Heartbeat = source is IPushSource { Vouches.Count: > 0 }
                ? Value(node, "heartbeat", OptionText.Duration, OptionKind.Duration)
                : Unfit<TimeSpan>(node, "heartbeat", $"{name} sends nothing that could vouch for a time."),
            MissingVariables = missing,
        };
    }

    private Mapping MappingOf(YamlMappingNode node, ISource source, Dictionary<string, List<MappingRule>> shared)
    {
        var own = node.Children.TryGetValue("mapping", out var rules) ? new MappingFile(path, source.Settings.Topics, Fault).Read(rules) : [];
        return new Mapping(source.Settings.Topics.Select(t => t.Name).Where(t => own.ContainsKey(t) || shared.ContainsKey(t))
            .ToDictionary(t => t, t => (IReadOnlyList<MappingRule>)[.. own.GetValueOrDefault(t) ?? [], .. shared.GetValueOrDefault(t) ?? []]));
    }

    private Dictionary<string, IReadOnlyList<string>> Options(YamlMappingNode node)
    {
        var options = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        if (!node.Children.TryGetValue("options", out var given)) return options;
        if (given is not YamlMappingNode mapping)
        {
            Fault(given, "options is no mapping; write \"name: value\" under it, one a line.");
            return options;
        }

        foreach (var (key, value) in mapping.Children)
        {
            if (value is YamlScalarNode text) options[key.ToString()] = [text.Value ?? ""];
            else if (value is YamlSequenceNode list && list.All(i => i is YamlScalarNode)) options[key.ToString()] = [.. list.Select(i => i.ToString())];
            else Fault(value, $"{key} is neither a value nor a list of values.");
        }

        return options;
    }

    private (Dictionary<string, string?> Secrets, List<string> Missing) Secrets(YamlMappingNode node)
    {
        var secrets = new Dictionary<string, string?>(StringComparer.Ordinal);
        var missing = new List<string>();
        if (!node.Children.TryGetValue("secrets", out var given)) return (secrets, missing);
        if (given is not YamlMappingNode mapping)
        {
            Fault(given, "secrets is no mapping; write \"name: ${ENV_NAME}\" under it, one a line.");
            return (secrets, missing);
        }

        foreach (var (key, value) in mapping.Children)
        {
            // The value itself is never repeated: it may be a secret that does not belong there.
            if (value is not YamlScalarNode { Value: { } text } || Variable().Match(text) is not { Success: true } match)
            {
                Fault(value, $"{key} is not the name of an environment variable; write {key}: ${{ENV_NAME}}. Secrets do not belong into this file.");
                secrets[key.ToString()] = null;
                continue;
            }

            var found = variable(match.Groups["name"].Value);
            secrets[key.ToString()] = string.IsNullOrEmpty(found) ? null : found;
            if (string.IsNullOrEmpty(found)) missing.Add(match.Groups["name"].Value);
        }

        return (secrets, missing);
    }

    private YamlMappingNode? Root(string file)
    {
        try
        {
            var yaml = new YamlStream();
            using var text = File.OpenText(file);
            yaml.Load(text);
            if (yaml.Documents is not [{ RootNode: var root }]) return null;
            if (root is YamlMappingNode mapping) return mapping;
            Fault(root, "This is no mapping; it begins with \"connections:\".");
        }
        catch (YamlException broken)
        {
            faults.Add((file, (int)broken.Start.Line, $"not valid YAML: {broken.Message}"));
        }

        return null;
    }

    private Schedule? ScheduleOf(YamlMappingNode node, string key, TimeZoneInfo zone)
    {
        if (Text(node, key) is not { } text) return null;
        try
        {
            return Schedule.Parse(text, zone);
        }
        catch (FormatException wrong)
        {
            Fault(node[key], $"{key}: {wrong.Message}");
            return null;
        }
    }

    private TimeZoneInfo Zone(YamlMappingNode node)
    {
        if (Text(node, "time_zone") is not { } text) return TimeZoneInfo.Utc;
        if (TimeZoneInfo.TryFindSystemTimeZoneById(text, out var zone)) return zone;
        Fault(node["time_zone"], $"time_zone is \"{text}\"; it takes an IANA zone such as Europe/Berlin.");
        return TimeZoneInfo.Utc;
    }

    private bool Flag(YamlMappingNode node, string key) => Value(node, key, OptionText.Flag, OptionKind.Flag) == true;

    private T? Value<T>(YamlMappingNode node, string key, Func<string, T?> read, OptionKind kind) where T : struct
    {
        if (Text(node, key) is not { } text) return null;
        var value = read(text);
        if (value is null) Fault(node[key], $"{key} is \"{text}\"; it takes {OptionText.Form(kind)}.");
        return value;
    }

    private Schedule? Unfit(YamlMappingNode node, string key, string why)
    {
        if (node.Children.TryGetValue(key, out var given)) Fault(given, $"{key} has no meaning here: {why}");
        return null;
    }

    private T? Unfit<T>(YamlMappingNode node, string key, string why) where T : struct
    {
        Unfit(node, key, why);
        return null;
    }

    private static YamlNode? Find(YamlMappingNode node, string section, string? key) =>
        key is not null && node.Children.TryGetValue(section, out var given) && given is YamlMappingNode mapping
            ? mapping.Children.Keys.FirstOrDefault(k => k.ToString() == key)
            : null;

    private static string? Text(YamlMappingNode node, string key) =>
        node.Children.TryGetValue(key, out var value) && value is YamlScalarNode { Value: { Length: > 0 } text } ? text : null;

    private void Fault(YamlNode node, string text) => faults.Add((path, (int)node.Start.Line, text));

    private void Fault(string file, int line, string text) => faults.Add((file, line, text));

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$")]
    private static partial Regex Name();

    [GeneratedRegex(@"^\$\{(?<name>[A-Za-z_][A-Za-z0-9_]*)\}$")]
    private static partial Regex Variable();
}
