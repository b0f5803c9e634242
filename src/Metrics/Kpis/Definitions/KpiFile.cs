using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Metrics.Model;
using Metrics.Model.Facts;

namespace Metrics.Kpis.Definitions;

/// <summary>Reads one KPI file: front matter in a comment, then one SELECT.</summary>
internal static partial class KpiFile
{
    /// <summary>The one setting that a target may name.</summary>
    private const string AttritionNorm = "Reporting:AttritionNorm";

    private static readonly Dictionary<string, KpiKind> Kinds = WordsOf<KpiKind>();
    private static readonly Dictionary<string, KpiCategory> Categories =
        Enum.GetValues<KpiCategory>().ToDictionary(c => c.ToString().ToUpperInvariant());

    private static readonly Dictionary<string, Direction> Directions = WordsOf<Direction>();
    private static readonly Dictionary<string, JudgedOn> Judged = WordsOf<JudgedOn>();
    private static readonly Dictionary<string, Grain> Grains = WordsOf<Grain>();
    private static readonly Dictionary<string, Dimension> Dimensions = WordsOf<Dimension>();
    private static readonly Dictionary<string, bool> Intervals = new() { ["usual"] = true, ["none"] = false };
    private static readonly Dictionary<string, int> Tiers = new() { ["0"] = 0, ["1"] = 1, ["2"] = 2 };
    private static readonly Dictionary<string, string> UnitNames = Units.All.ToDictionary(u => u);
    private static readonly Dictionary<string, string> Facts = FactSchema.All.ToDictionary(f => f.Name, f => f.Name);

    /// <summary>The definition, or null with every fault noted.</summary>
    /// <param name="fault">Takes a line and a message.</param>
    /// <param name="settings">What a target may name instead of a number.</param>
    /// <param name="sqlLine">The line of the file at which the SELECT begins.</param>
    /// <param name="named">The id that it must have; that of its file's name by default.</param>
    public static KpiDefinition? Read(
        string path, string text, Action<int, string> fault, ReportingSettings settings, out int sqlLine, string? named = null)
    {
        var faulty = false;
        var note = (int line, string message) =>
        {
            faulty = true;
            fault(line, message);
        };
        sqlLine = 1;
        if (FrontMatter.Split(text, note) is not var (head, sql, line)) return null;
        sqlLine = line;

        var id = head.Text("id");
        if (id is not null && !IdPattern().IsMatch(id))
            note(head.LineOf("id"), $"id is \"{id}\"; it must be lower-case words joined by underscores");
        else if (id is not null && named is not null && id != named)
            note(head.LineOf("id"), $"id is \"{id}\", but a definition of {named} is wanted");
        else if (id is not null && named is null && id != Path.GetFileNameWithoutExtension(path))
            note(head.LineOf("id"), $"id is \"{id}\" and the file is {Path.GetFileName(path)}; they must be the same");

        var kind = head.Word("kind", Kinds);
        var better = head.Word("better", Directions);
        var tolerance = TryRead(head, "tolerance", note, Tolerance.None, Tolerance.Parse);
        var definition = new KpiDefinition
        {
            Id = id ?? "",
            Name = head.Text("name") ?? "",
            Category = head.Word("category", Categories) ?? default,
            Owner = head.Text("owner") ?? "",
            Kind = kind ?? default,
            Unit = UnitOf(head, note) ?? "",
            Better = better ?? default,
            JudgedOn = head.Word("judged_on", Judged, required: false) ?? JudgedOn.Value,
            MinSample = head.Number("min_sample", kind == KpiKind.Median ? 3 : 1, lowest: 1),
            MinGroup = head.Number("min_group", 0, lowest: 0),
            IsSample = head.Word("interval", Intervals, required: false) ?? true,
            Defaults = head.Pairs("defaults", Dimensions),
            Tolerance = tolerance,
            Reads = head.Words("reads", Facts),
            Lookback = TryRead(head, "lookback", note, TimeSpan.Zero, Iso8601Duration.Parse),
            Grains = head.Words("grains", Grains),
            Dimensions = head.Words("dimensions", Dimensions),
            Tiers = head.Words("tiers", Tiers, required: false),
            Companions = head.List("companions", required: false),
            Companion = head.Flag("companion"),
            TargetsMetOf = head.Text("targets_met_of", required: false),
            Targets = [.. TargetsOf(head, path, tolerance, better, settings, note)],
            Description = head.Text("description") ?? "",
            Formula = head.Text("formula") ?? "",
            Sql = sql.Trim(),
            File = path,
            Text = text.ReplaceLineEndings("\n"),
            Hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\n")))),
        };
        head.RefuseTheRest();
        CheckWhole(head, definition, note);
        if (definition.TargetsMetOf is not null && kind is not (KpiKind.Ratio or null)) note(head.LineOf("kind"), "a KPI with targets_met_of is a ratio");
        if (definition.TargetsMetOf is not null && sql.Trim().Length > 0) note(line, "a KPI with targets_met_of has no SELECT: it judges the other's values");
        if (definition.TargetsMetOf is not null) return faulty ? null : definition;
        foreach (var (place, message) in KpiSqlRules.Faults(sql, kind)) note(line - 1 + place, message);
        return faulty ? null : definition;
    }

    private static void CheckWhole(FrontMatter head, KpiDefinition definition, Action<int, string> note)
    {
        if (definition.Companion && definition.Targets.Count > 0)
            note(head.LineOf("targets"), "a companion has no targets; remove them, or companion: true");
        if (definition.Kind == KpiKind.Rate && definition.Unit is not (Units.PerMonth or ""))
            note(head.LineOf("unit"), $"a rate is measured per_month, not in {definition.Unit}");
        if (definition.Kind == KpiKind.UnitCost && definition.Unit is not (Units.MoneyPerUnit or ""))
            note(head.LineOf("unit"), $"a unit_cost is measured as money_per_unit, not in {definition.Unit}");
        foreach (var dimension in definition.Defaults.Keys.Where(d => !definition.Dimensions.Contains(d)))
            note(head.LineOf("defaults"), $"defaults names {FactSchema.SnakeCase(dimension.ToString())}, which is not among the dimensions");
        if (definition.Reads.FirstOrDefault(f => FactSchema.Named(f)!.SmallestGroup > definition.MinGroup) is { } people)
            note(head.LineOf("min_group"), $"{people} is about people: min_group must be at least {FactSchema.Named(people)!.SmallestGroup}");
        if (definition.MinGroup > 0 && definition.Grains.Any(g => g < Grain.Month))
            note(head.LineOf("grains"), "with a min_group the finest grain is month: of days, the difference of two periods would be one person's");
        if (definition.MinGroup > 0 && definition.Dimensions.Contains(Dimension.Dataset))
            note(head.LineOf("dimensions"), "with a min_group there is no dataset: a record about several would be in several groups");
        if (definition.Targets.Any(t => t.Tier is not null) && !definition.Dimensions.Contains(Dimension.Tier))
            note(head.LineOf("targets"), "targets per tier need tier among the dimensions");
    }

    private static IEnumerable<Target> TargetsOf(
        FrontMatter head, string path, Tolerance tolerance, Direction? better, ReportingSettings settings, Action<int, string> note)
    {
        foreach (var (name, line, values) in head.Entries("targets"))
        {
            int? tier = name switch { "tier0" => 0, "tier1" => 1, "tier2" => 2, _ => null };
            if (tier is null && name != "all")
            {
                note(line, $"targets names \"{name}\"; allowed are all, tier0, tier1, tier2");
                continue;
            }

            foreach (var key in values.Keys.Where(k => k is not ("target" or "stretch" or "tolerance")))
                note(line, $"targets.{name} has \"{key}\"; allowed are target, stretch, tolerance");
            Target? target = null;
            try
            {
                target = new Target(
                    tier, Team: null, Dataset: null, Threshold.Parse((values.GetValueOrDefault("target") ?? "").Replace(
                        AttritionNorm, settings.AttritionNorm.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)),
                    values.TryGetValue("stretch", out var stretch) ? decimal.Parse(stretch, CultureInfo.InvariantCulture) : null,
                    values.TryGetValue("tolerance", out var own) ? Tolerance.Parse(own) : tolerance,
                    DateTimeOffset.MinValue, $"queries/kpis/{Path.GetFileName(path)}")
                { IsDefault = true };
            }
            catch (FormatException wrong)
            {
                note(line, $"targets.{name}: {wrong.Message}");
            }

            // Without a direction, which is a fault already, nobody can tell which side of a target is worse.
            if (better is { } side && target?.Fault(side) is { } fault) note(line, $"targets.{name}: {fault}");
            else if (target is not null) yield return target;
        }
    }

    private static string? UnitOf(FrontMatter head, Action<int, string> note)
    {
        if (head.Text("unit") is not { } unit) return null;
        if (UnitNames.ContainsKey(unit)) return unit;
        note(head.LineOf("unit"), $"unit is \"{unit}\"; allowed are {string.Join(", ", Units.All)}");
        return null;
    }

    private static T TryRead<T>(FrontMatter head, string key, Action<int, string> note, T otherwise, Func<string, T> parse)
    {
        if (head.Text(key, required: false) is not { } text) return otherwise;
        try
        {
            return parse(text);
        }
        catch (FormatException wrong)
        {
            note(head.LineOf(key), $"{key}: {wrong.Message}");
            return otherwise;
        }
    }

    private static Dictionary<string, T> WordsOf<T>() where T : struct, Enum =>
        Enum.GetValues<T>().ToDictionary(v => FactSchema.SnakeCase(v.ToString()).Replace("p_90", "p90", StringComparison.Ordinal));

    [GeneratedRegex("^[a-z][a-z0-9]*(_[a-z0-9]+)*$")]
    private static partial Regex IdPattern();
}
