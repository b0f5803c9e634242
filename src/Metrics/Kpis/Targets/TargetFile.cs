using System.Globalization;
using Metrics.Kpis.Definitions;
using Metrics.Model;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Metrics.Kpis.Targets;

/// <summary>
/// The organisation's own targets, as it keeps them under version control: for each KPI a list, each for everything, a tier, a team
/// or a dataset, and since a day.
/// </summary>
public sealed class TargetFile
{
    private const string Example =
        "{ tier: 0, target: \"> 0.99\", stretch: 0.995, valid_from: 2026-07-01 }";

    private static readonly string[] Keys = ["tier", "team", "dataset", "target", "stretch", "tolerance", "valid_from"];
    private readonly List<KpiFault> faults = [];
    private readonly List<TargetSetting> settings = [];
    private readonly string path;
    private readonly KpiLibrary library;

    private TargetFile(string path, KpiLibrary library) => (this.path, this.library) = (path, library);

    /// <summary>Reads a file.</summary>
    /// <exception cref="KpiFilesException">It is faulty; every fault with its line.</exception>
    public static IReadOnlyList<TargetSetting> Read(string path, string text, KpiLibrary library)
    {
        var file = new TargetFile(path, library);
        file.Read(text);
        return file.faults.Count == 0 ? file.settings : throw new KpiFilesException([.. file.faults.OrderBy(f => f.Line)]);
    }

    private void Read(string text)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(text));
        }
        catch (YamlException broken)
        {
            faults.Add(new KpiFault(path, (int)broken.Start.Line, $"not valid YAML: {broken.Message}"));
            return;
        }

        if (stream.Documents.Count == 0) return;
        if (stream.Documents[0].RootNode is not YamlMappingNode root)
        {
            Fault(stream.Documents[0].RootNode, $"the file must map KPI ids to lists of targets, such as \"freshness_adherence: [{Example}]\"");
            return;
        }

        foreach (var (name, list) in root.Children) ReadKpi(name, list);
        foreach (var twin in settings.GroupBy(s => s.Scope).SelectMany(g => g.Skip(1)))
            faults.Add(new KpiFault(path, twin.Line, $"{twin.Scope} is set more than once from the same day; keep one"));
    }

    private void ReadKpi(YamlNode name, YamlNode list)
    {
        if (library.Definitions.FirstOrDefault(d => d.Id == name.ToString()) is not { } definition)
        {
            Fault(name, $"there is no KPI \"{name}\"; there are {string.Join(", ", library.Definitions.Where(d => !d.Companion).Select(d => d.Id).Order(StringComparer.Ordinal))}");
            return;
        }

        if (definition.Companion)
            Fault(name, $"{definition.Id} is a companion, a figure shown beside a KPI, and is not judged");
        else if (list is YamlSequenceNode entries)
            foreach (var entry in entries) ReadEntry(definition, entry);
        else
            Fault(list, $"{definition.Id} must be a list of targets, such as [{Example}]");
    }

    private void ReadEntry(KpiDefinition definition, YamlNode node)
    {
        if (node is not YamlMappingNode entry || entry.Children.Any(e => e.Key is not YamlScalarNode || e.Value is not YamlScalarNode))
        {
            Fault(node, $"a target of {definition.Id} must be a mapping of texts, such as {Example}");
            return;
        }

        var before = faults.Count;
        foreach (var key in entry.Children.Keys.Where(k => !Keys.Contains(k.ToString())))
            Fault(key, $"\"{key}\" is not a key of a target; allowed are {string.Join(", ", Keys)}");
        var tier = Read(entry, "tier", TierOf);
        var threshold = Read(entry, "target", Threshold.Parse);
        var stretch = Read(entry, "stretch", NumberOf);
        var tolerance = Read(entry, "tolerance", Tolerance.Parse) ?? definition.Tolerance;
        var (since, isGiven) = ValidFrom(entry);
        if (Text(entry, "target") is null) Fault(node, "target is missing; write one, such as \"> 0.99\"");
        if (!isGiven) Fault(node, "valid_from is missing; write the first day that it judges, such as 2026-07-01, or ever");
        if (faults.Count > before) return;

        var setting = new TargetSetting(
            definition.Id, tier, Text(entry, "team"), Text(entry, "dataset"), since, threshold!, stretch, tolerance,
            $"{Path.GetFileName(path)}:{node.Start.Line}")
        { Line = (int)node.Start.Line };
        if (setting.ToTarget(ReportingCalendar.Utc).Fault(definition.Better) is { } fault) Fault(node, fault);
        else settings.Add(setting);
    }

    private (DateOnly? Since, bool IsGiven) ValidFrom(YamlMappingNode entry)
    {
        if (Text(entry, "valid_from") is not { } text) return (null, false);
        return text == "ever" ? (null, true) : (Read(entry, "valid_from", DayOf), true);
    }

    private T? Read<T>(YamlMappingNode entry, string key, Func<string, T?> parse)
    {
        if (Text(entry, key) is not { } text) return default;
        try
        {
            return parse(text);
        }
        catch (FormatException wrong)
        {
            Fault(entry.Children[new YamlScalarNode(key)], $"{key}: {wrong.Message}");
            return default;
        }
    }

    private static string? Text(YamlMappingNode entry, string key) =>
        entry.Children.TryGetValue(new YamlScalarNode(key), out var node) && node is YamlScalarNode { Value: { Length: > 0 } text } ? text : null;

    private static int? TierOf(string text) =>
        text is "0" or "1" or "2" ? text[0] - '0' : throw new FormatException($"\"{text}\" is not a tier; allowed are 0, 1, 2, or leave it out for all");

    private static decimal? NumberOf(string text) =>
        decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException($"\"{text}\" is not a number; write it with a decimal point, a ratio as a fraction");

    private static DateOnly? DayOf(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day
            : throw new FormatException($"\"{text}\" is not a day; write it as 2026-07-01, or ever");

    private void Fault(YamlNode node, string message) => faults.Add(new KpiFault(path, (int)node.Start.Line, message));
}
