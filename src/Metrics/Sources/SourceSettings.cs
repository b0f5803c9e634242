namespace Metrics.Sources;

/// <summary>What a connection of a source may say in sources.yaml. Anything else there is reported as a fault.</summary>
public sealed record SourceSettings
{
    /// <summary>Nothing beside what every connection may say.</summary>
    public static SourceSettings None { get; } = new();

    /// <summary>The keys under <c>options</c>.</summary>
    public IReadOnlyList<SourceOption> Options { get; init; } = [];

    /// <summary>The keys under <c>secrets</c>.</summary>
    public IReadOnlyList<SourceSecret> Secrets { get; init; } = [];

    /// <summary>The topics that this source asks its mapping rules about.</summary>
    public IReadOnlyList<MappingTopic> Topics { get; init; } = [];
}

/// <summary>A key under <c>options</c>.</summary>
/// <param name="Name">Lower case with underscores: <c>base_url</c>.</param>
/// <param name="Kind">What its value must look like.</param>
/// <param name="Meaning">One line for people.</param>
public sealed record SourceOption(string Name, OptionKind Kind, string Meaning)
{
    /// <summary>A pull needs it.</summary>
    public bool IsRequired { get; init; }

    /// <summary>The value where none is given; null means that there is none.</summary>
    public string? Default { get; init; }

    /// <summary>The allowed words, for <see cref="OptionKind.Text"/> and the items of <see cref="OptionKind.List"/>; empty allows all.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];
}

/// <summary>How an option is written.</summary>
public enum OptionKind
{
    /// <summary>Any text that is not empty.</summary>
    Text,

    /// <summary>A list of texts; one alone may stand without brackets.</summary>
    List,

    /// <summary>A whole number from 0.</summary>
    Number,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Flag,

    /// <summary>A length of time: <c>90s</c>, <c>15m</c>, <c>6h</c>, <c>30d</c>.</summary>
    Duration,

    /// <summary>A date or moment, UTC where it names no zone: <c>2026-01-01</c>.</summary>
    Moment,

    /// <summary>An absolute http or https address, without user, query or fragment.</summary>
    Url,
}

/// <summary>A key under <c>secrets</c>. Its value in sources.yaml can only be <c>${NAME}</c>, an environment variable.</summary>
/// <param name="Name">Lower case with underscores: <c>token</c>.</param>
/// <param name="Meaning">One line for people: what it is, where one gets it, the rights it needs.</param>
public sealed record SourceSecret(string Name, string Meaning)
{
    /// <summary>A pull needs it.</summary>
    public bool IsRequired { get; init; }
}

/// <summary>A question that a source puts to the mapping rules: <c>tier</c>, <c>team</c>, <c>dataset</c>, <c>check_kind</c>.</summary>
/// <param name="Name">Lower case with underscores.</param>
/// <param name="Meaning">What the answer is used for, and what holds where no rule matches.</param>
/// <param name="Attributes">The raw attributes that rules may look at; an attribute that ends in <c>.*</c> stands for a family, as <c>tag.*</c>.</param>
public sealed record MappingTopic(string Name, string Meaning, params IReadOnlyList<string> Attributes)
{
    /// <summary>The allowed answers; empty allows all.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];
}
