using System.Collections.ObjectModel;

namespace Metrics.Sources;

/// <summary>
/// One instance of a source, as sources.yaml configures it: its name is the second part of the key of all its records.
/// Options that were not given have their default; what every connection may say is set by <c>with</c>.
/// </summary>
public sealed record SourceConnection
{
    /// <summary>The secret with which a system signs its webhooks. Where a connection has one, nothing unsigned is taken without a token.</summary>
    public const string WebhookSecret = "webhook_secret";

    private readonly ReadOnlyDictionary<string, IReadOnlyList<string>> options;
    private readonly ReadOnlyDictionary<string, string> secrets;

    private SourceConnection(
        ISource source, string name, IDictionary<string, IReadOnlyList<string>> options, IDictionary<string, string> secrets)
    {
        Source = source;
        Name = name;
        this.options = options.AsReadOnly();
        this.secrets = secrets.AsReadOnly();
    }

    /// <summary>The kind of system.</summary>
    public ISource Source { get; }

    /// <summary>Which instance of it; empty where there is only one.</summary>
    public string Name { get; }

    /// <summary>As people write it: <c>github/main</c>, or <c>github</c> where the name is empty.</summary>
    public string Title => Name.Length == 0 ? Source.Name : $"{Source.Name}/{Name}";

    /// <summary>The rules for what no system agrees on.</summary>
    public Mapping Mapping { get; init; } = Mapping.Empty;

    /// <summary>Pulls may reach loopback, private and link-local addresses.</summary>
    public bool AllowPrivateAddresses { get; init; }

    /// <summary>How far back the first pull goes; null where sources.yaml does not say.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>A connection with these options and secrets; options may leave out what has a default.</summary>
    /// <exception cref="SourceException">An option or secret is unknown, missing or malformed; all faults are named at once.</exception>
    public static SourceConnection Create(
        ISource source, string name = "", IReadOnlyDictionary<string, string>? options = null, IReadOnlyDictionary<string, string>? secrets = null) =>
        Create(source, name, (options ?? ReadOnlyDictionary<string, string>.Empty).ToDictionary(o => o.Key, o => (IReadOnlyList<string>)[o.Value]), secrets);

    /// <inheritdoc cref="Create(ISource, string, IReadOnlyDictionary{string, string}, IReadOnlyDictionary{string, string})"/>
    public static SourceConnection Create(
        ISource source, string name, IReadOnlyDictionary<string, IReadOnlyList<string>> options, IReadOnlyDictionary<string, string>? secrets = null)
    {
        secrets ??= ReadOnlyDictionary<string, string>.Empty;
        var faults = OptionFaults.Of(source.Settings, options, secrets.Keys).Select(f => f.Fault).ToList();
        return faults.Count == 0
            ? Checked(source, name, options, secrets)
            : throw new SourceException($"{source.Name}/{name}: {string.Join(" ", faults)}");
    }

    /// <summary>A connection whose options and secrets have been checked.</summary>
    internal static SourceConnection Checked(
        ISource source, string name, IReadOnlyDictionary<string, IReadOnlyList<string>> options, IReadOnlyDictionary<string, string> secrets) =>
        new(source, name, WithDefaults(source, options), secrets.ToDictionary());

    /// <summary>A connection of which no more than its name is known: for files, which need no options but those with defaults.</summary>
    public static SourceConnection Bare(ISource source, string name = "") =>
        new(source, name, WithDefaults(source, ReadOnlyDictionary<string, IReadOnlyList<string>>.Empty), ReadOnlyDictionary<string, string>.Empty);

    /// <summary>An option's text, or its default; null where there is neither.</summary>
    public string? Text(string option) => options.TryGetValue(option, out var values) && values.Count > 0 ? values[0] : null;

    /// <summary>The items of a list; empty where none is given.</summary>
    public IReadOnlyList<string> List(string option) => options.TryGetValue(option, out var values) ? values : [];

    /// <summary>A whole number; null where none is given.</summary>
    public int? Number(string option) => Text(option) is { } text ? OptionText.Number(text) : null;

    /// <summary>False where it is not given.</summary>
    public bool Flag(string option) => Text(option) is { } text && OptionText.Flag(text) == true;

    /// <summary>A length of time; null where none is given.</summary>
    public TimeSpan? Duration(string option) => Text(option) is { } text ? OptionText.Duration(text) : null;

    /// <summary>A moment; null where none is given.</summary>
    public DateTimeOffset? Moment(string option) => Text(option) is { } text ? OptionText.Moment(text) : null;

    /// <summary>An address that ends in a slash, so that relative addresses are below it; null where none is given.</summary>
    public Uri? Url(string option) => Text(option) is { } text ? OptionText.Url(text) : null;

    /// <summary>A secret; null where none is configured.</summary>
    public string? Secret(string name) => secrets.GetValueOrDefault(name);

    /// <summary>A secret without which nothing can be asked.</summary>
    /// <exception cref="TerminalSourceException">It is not configured.</exception>
    public string RequiredSecret(string name) => Secret(name)
        ?? throw new TerminalSourceException(
            $"{Title} has no secret \"{name}\". Set the environment variable that sources.yaml names for it, or add {name}: ${{ENV_NAME}} under secrets there.");

    /// <summary>Never with its secrets.</summary>
    public override string ToString() => Title;

    private static Dictionary<string, IReadOnlyList<string>> WithDefaults(ISource source, IReadOnlyDictionary<string, IReadOnlyList<string>> given)
    {
        var all = given.ToDictionary(StringComparer.Ordinal);
        foreach (var option in source.Settings.Options)
            if (option.Default is { } value) all.TryAdd(option.Name, [value]);
        return all;
    }
}
