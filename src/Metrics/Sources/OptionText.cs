using System.Globalization;

namespace Metrics.Sources;

/// <summary>How options are written. Each gives null for a text that is not of its form.</summary>
public static class OptionText
{
    /// <summary>A whole number from 0.</summary>
    public static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;

    /// <summary><c>true</c> or <c>false</c>.</summary>
    public static bool? Flag(string text) => text.ToLowerInvariant() switch { "true" => true, "false" => false, _ => null };

    /// <summary><c>90s</c>, <c>15m</c>, <c>6h</c>, <c>30d</c>; above zero, at most 3660 days.</summary>
    public static TimeSpan? Duration(string text)
    {
        if (text.Length < 2 || Number(text[..^1]) is not (> 0 and <= 316_224_000 and var count)) return null;
        TimeSpan? span = text[^1] switch
        {
            's' => TimeSpan.FromSeconds(count),
            'm' when count <= 5_270_400 => TimeSpan.FromMinutes(count),
            'h' when count <= 87_840 => TimeSpan.FromHours(count),
            'd' when count <= 3660 => TimeSpan.FromDays(count),
            _ => null,
        };
        return span;
    }

    /// <summary>An ISO 8601 date or moment; UTC where it names no zone.</summary>
    public static DateTimeOffset? Moment(string text) =>
        text.Length >= 10 && text[4] == '-' && DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment) ? moment : null;

    /// <summary>An absolute http or https address without user, query or fragment; it is given a slash at its end.</summary>
    public static Uri? Url(string text) =>
        Uri.TryCreate(text.EndsWith('/') ? text : text + "/", UriKind.Absolute, out var address)
        && address.Scheme is "http" or "https" && address.UserInfo.Length == 0 && address.Query.Length == 0 && address.Fragment.Length == 0
            ? address
            : null;

    /// <summary>Whether a text is of a kind.</summary>
    public static bool Fits(OptionKind kind, string text) => kind switch
    {
        OptionKind.Text or OptionKind.List => !string.IsNullOrWhiteSpace(text),
        OptionKind.Number => Number(text) is not null,
        OptionKind.Flag => Flag(text) is not null,
        OptionKind.Duration => Duration(text) is not null,
        OptionKind.Moment => Moment(text) is not null,
        OptionKind.Url => Url(text) is not null,
    };

    /// <summary>What is allowed, for messages.</summary>
    public static string Form(OptionKind kind) => kind switch
    {
        OptionKind.Text => "a text",
        OptionKind.List => "a list of texts",
        OptionKind.Number => "a whole number",
        OptionKind.Flag => "true or false",
        OptionKind.Duration => "a length of time such as 90s, 15m, 6h or 30d",
        OptionKind.Moment => "a date or moment such as 2026-01-01",
        OptionKind.Url => "an address such as https://host.example.com/path, without user, query or fragment",
    };
}

/// <summary>What is wrong with a connection's options and secrets.</summary>
internal static class OptionFaults
{
    /// <summary>Every fault, with the key it is about; the key is null for what is missing.</summary>
    public static IEnumerable<(string? Key, string Fault)> Of(
        SourceSettings settings, IReadOnlyDictionary<string, IReadOnlyList<string>> options, IEnumerable<string> secrets)
    {
        foreach (var (name, values) in options)
        {
            if (settings.Options.FirstOrDefault(o => o.Name == name) is not { } option)
            {
                yield return (name, $"There is no option \"{name}\"; there {Listed(settings.Options.Select(o => o.Name))}.");
                continue;
            }

            if (option.Kind != OptionKind.List && values.Count != 1)
                yield return (name, $"{name} has {values.Count} values; it takes {OptionText.Form(option.Kind)}.");
            foreach (var value in values.Where(v => !OptionText.Fits(option.Kind, v)))
                yield return (name, $"{name} is \"{value}\"; it takes {OptionText.Form(option.Kind)}.");
            foreach (var value in values.Where(v => option.Words.Count > 0 && !option.Words.Contains(v)))
                yield return (name, $"{name} is \"{value}\"; allowed are {string.Join(", ", option.Words)}.");
        }

        var given = secrets.ToHashSet();
        foreach (var name in given.Where(n => settings.Secrets.All(s => s.Name != n)))
            yield return (name, $"There is no secret \"{name}\"; there {Listed(settings.Secrets.Select(s => s.Name))}.");
        foreach (var option in settings.Options.Where(o => o.IsRequired && o.Default is null && !options.ContainsKey(o.Name)))
            yield return (null, $"The option \"{option.Name}\" is missing: {option.Meaning}.");
        foreach (var secret in settings.Secrets.Where(s => s.IsRequired && !given.Contains(s.Name)))
            yield return (null, $"The secret \"{secret.Name}\" is missing: {secret.Meaning}.");
    }

    private static string Listed(IEnumerable<string> names) =>
        names.ToList() is { Count: > 0 } all ? $"{(all.Count == 1 ? "is" : "are")} {string.Join(", ", all)}" : "is none";
}
