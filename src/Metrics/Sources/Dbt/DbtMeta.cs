using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Metrics.Model;
using Metrics.Model.Facts;

namespace Metrics.Sources.Dbt;

/// <summary>
/// What people write under <c>meta</c> of a model, seed, snapshot or source. <c>config.meta</c> counts before <c>meta</c>. A
/// value that cannot be read is left out and noted; the dataset is read without it.
/// </summary>
internal sealed partial class DbtMeta(JsonElement node, string place)
{
    private readonly JsonElement[] metas = [node.At("config").At("meta"), node.At("meta")];
    private readonly List<RecordRejected> faults = [];

    /// <summary>The values that could not be read.</summary>
    public IReadOnlyList<RecordRejected> Faults => faults;

    /// <summary>The first of these keys that has a text, a number or, for a person or team, a name.</summary>
    public string? Text(params string[] keys) =>
        keys.SelectMany(k => metas.Select(m => Name(m.At(k)))).FirstOrDefault(t => t is not null);

    public int? Tier() => Value("tier", t => TierForm().Match(t) is { Success: true } form
        ? int.Parse(form.Groups["tier"].ValueSpan, CultureInfo.InvariantCulture)
        : (int?)null, "0, 1, 2 and forms such as \"tier 1\"");

    public bool? Flag(string key) => Value(key, t => bool.TryParse(t, out var flag) ? flag : (bool?)null, "true and false");

    public TEnum? Word<TEnum>(string key) where TEnum : struct, Enum =>
        Value(key, t => (TEnum?)FactWords.Find(typeof(TEnum), t), string.Join(", ", FactWords.Of(typeof(TEnum))));

    public TimeSpan? Duration(string key) => Value(
        key,
        t => Iso8601Duration.TryParse(t, out var age, out _) && age > TimeSpan.Zero ? age : (TimeSpan?)null,
        "durations such as PT2H");

    public TimeOnly? TimeOfDay(string key) => Value(
        key,
        t => TimeOnly.TryParseExact(t, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? time
            : (TimeOnly?)null,
        "times such as 06:30, in quotation marks");

    public string? Zone(string key) => Text(key) is not { } zone ? null
        : TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _) ? zone
        : Refuse(key, zone, "IANA names such as Europe/Berlin");

    /// <summary>Words from a list, or from a text with <c>;</c> between them.</summary>
    public IReadOnlyList<TEnum> Words<TEnum>(string key) where TEnum : struct, Enum
    {
        var given = metas.Select(m => m.At(key)).FirstOrDefault(v => v.ValueKind is JsonValueKind.Array or JsonValueKind.String);
        var words = given.ValueKind == JsonValueKind.Array ? given.Texts() : (given.AsText() ?? "").Split(';', ',');
        var values = new List<TEnum>();
        foreach (var word in words.Select(w => w.Trim()).Where(w => w.Length > 0))
        {
            if (FactWords.Find(typeof(TEnum), word) is TEnum value) values.Add(value);
            else Refuse(key, word, string.Join(", ", FactWords.Of(typeof(TEnum))));
        }

        return [.. values.Distinct()];
    }

    private T? Value<T>(string key, Func<string, T?> read, string allowed) where T : struct
    {
        if (Text(key) is not { } text) return null;
        var value = read(text);
        if (value is null) Refuse(key, text, allowed);
        return value;
    }

    private string? Refuse(string key, string given, string allowed)
    {
        faults.Add(new RecordRejected($"{place}.meta.{key}", given,
            $"{key} is \"{given}\"; allowed are {allowed}. The dataset is read without it."));
        return null;
    }

    private static string? Name(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.AsText(),
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Object => value.Text("name") ?? value.Text("email"),
        JsonValueKind.Array => value.Items().Select(Name).FirstOrDefault(n => n is not null),
        _ => null,
    };

    [GeneratedRegex(@"\A(tier|t)?[ _-]*(?<tier>[0-2])\z", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase)]
    private static partial Regex TierForm();
}
