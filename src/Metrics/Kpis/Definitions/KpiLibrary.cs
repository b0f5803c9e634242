using Metrics.Model;

namespace Metrics.Kpis.Definitions;

/// <summary>Every KPI there is: one file each in a folder.</summary>
public sealed class KpiLibrary
{
    private readonly Dictionary<string, KpiDefinition> byId;
    private readonly ReportingSettings settings;

    internal KpiLibrary(IReadOnlyList<KpiDefinition> definitions, ReportingSettings settings)
    {
        this.settings = settings;
        Definitions = definitions;
        byId = definitions.ToDictionary(d => d.Id);
    }

    /// <summary>In order of category, then name.</summary>
    public IReadOnlyList<KpiDefinition> Definitions { get; }

    /// <exception cref="KpiException">There is no KPI of that id; the message lists those there are.</exception>
    public KpiDefinition this[string id] => byId.TryGetValue(id, out var definition)
        ? definition
        : throw new KpiException($"There is no KPI \"{id}\". There are: {string.Join(", ", byId.Keys.Order(StringComparer.Ordinal))}.");

    /// <summary>Loads a folder.</summary>
    /// <param name="settings">What a target may name instead of a number; the defaults if null.</param>
    /// <exception cref="KpiFilesException">Some file is faulty; all faults of all files, with file and line.</exception>
    public static KpiLibrary Load(string folder, ReportingSettings? settings = null)
    {
        if (!Directory.Exists(folder))
            throw new KpiFilesException([new KpiFault(folder, 1, "this folder does not exist; KPI files lie in queries/kpis")]);
        return Load(Directory.EnumerateFiles(folder, "*.sql").Order(StringComparer.Ordinal)
            .Select(path => (path, File.ReadAllText(path))), settings);
    }

    /// <summary>Loads files by path and text.</summary>
    public static KpiLibrary Load(IEnumerable<(string Path, string Text)> files, ReportingSettings? settings = null)
    {
        settings ??= new ReportingSettings();
        var faults = new List<KpiFault>();
        var definitions = new List<KpiDefinition>();
        foreach (var (path, text) in files)
        {
            if (KpiFile.Read(path, text, (line, message) => faults.Add(new KpiFault(path, line, message)), settings, out _) is { } definition)
                definitions.Add(definition);
        }

        foreach (var twin in definitions.GroupBy(d => d.Id).Where(g => g.Count() > 1).SelectMany(g => g.Skip(1)))
            faults.Add(new KpiFault(twin.File, 1, $"there is another KPI \"{twin.Id}\"; an id names one KPI"));
        if (faults.Count == 0) faults.AddRange([.. Companions(definitions), .. Judged(definitions)]);
        if (faults.Count > 0) throw new KpiFilesException([.. faults.OrderBy(f => f.File, StringComparer.Ordinal).ThenBy(f => f.Line)]);
        return new KpiLibrary([.. definitions.OrderBy(d => d.Category).ThenBy(d => d.Companion).ThenBy(d => d.Name, StringComparer.Ordinal)], settings);
    }

    /// <summary>This library with another definition in the place of one of its own.</summary>
    /// <param name="path">The file of the other definition, of whatever name.</param>
    /// <exception cref="KpiException">There is no KPI of that id.</exception>
    /// <exception cref="KpiFilesException">The file is faulty, or defines another KPI.</exception>
    public KpiLibrary With(string id, string path, string text)
    {
        var replaced = this[id];
        var faults = new List<KpiFault>();
        var candidate = KpiFile.Read(path, text, (line, message) => faults.Add(new KpiFault(path, line, message)), settings, out _, named: id);
        if (faults.Count > 0) throw new KpiFilesException(faults);
        return new KpiLibrary([.. Definitions.Select(d => d == replaced ? candidate! : d)], settings);
    }

    private static IEnumerable<KpiFault> Judged(List<KpiDefinition> definitions) =>
        from definition in definitions
        where definition.TargetsMetOf is not null
        let judged = definitions.Find(d => d.Id == definition.TargetsMetOf)
        where judged is not { Targets.Count: > 0, TargetsMetOf: null, JudgedOn: JudgedOn.Value, MinGroup: 0 }
            || !judged.Dimensions.Contains(Dimension.Dataset)
        select new KpiFault(definition.File, 1, judged is null
            ? $"targets_met_of names \"{definition.TargetsMetOf}\", which does not exist"
            : $"targets_met_of names \"{definition.TargetsMetOf}\", which has no dataset among its dimensions or no targets for its values");

    private static IEnumerable<KpiFault> Companions(List<KpiDefinition> definitions) =>
        from definition in definitions
        from name in definition.Companions
        let companion = definitions.Find(d => d.Id == name)
        where companion is not { Companion: true }
        select new KpiFault(definition.File, 1, companion is null
            ? $"companions names \"{name}\", which does not exist"
            : $"companions names \"{name}\", which does not say companion: true");
}
