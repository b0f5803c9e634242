using System.Globalization;
using Metrics.Kpis;
using Metrics.Model;
using Spectre.Console;

namespace Metrics.Server.Commands;

/// <summary>An explanation for a reader at a terminal: what it is, what it came to, from what, and how old that is.</summary>
internal static class ExplanationText
{
    /// <summary>Records shown; <c>--evidence</c> shows all.</summary>
    private const int Shown = 15;

    public static void Write(Explanation explanation, ReportingSettings settings)
    {
        var definition = explanation.Definition;
        Say($"{definition.Name} ({definition.Id}), {explanation.Rows[0].Period.Text}");
        Say(definition.Description);
        Heading("Definition");
        Say(definition.Formula);
        Say($"Owner {definition.Owner}. Version {definition.Hash[..12]}{Since(explanation)}, in {Path.GetFileName(definition.File)}.");

        Heading("Value");
        var by = explanation.Rows.SelectMany(r => r.Group.Keys).Distinct().ToList();
        Terminal.Screen.Write(KpiTable.Of(
            explanation.Rows, new KpiRequest(explanation.Rows[0].Period) { By = by }, settings, Terminal.Screen.Profile.Width));
        foreach (var row in explanation.Rows) Say(Sums(row));

        Heading("Target in force");
        Say(Targets(explanation));

        Heading($"Left out: {explanation.LeftOut.Count.ToString("N0", settings.Culture)}");
        foreach (var (reason, count) in explanation.Reasons) Say($"{count.ToString("N0", settings.Culture),8}  {reason}");

        Heading($"Records that count: {explanation.Counted.Count.ToString("N0", settings.Culture)}");
        if (explanation.Counted.Count > 0)
            Terminal.Screen.Write(ObservationTable.Of(explanation.Counted.Take(Shown).Select(o => (definition.Id, o))));
        if (explanation.Counted.Count > Shown) Say($"The first {Shown}. \"metrics kpi {definition.Id} --period {explanation.Rows[0].Period.Text} --evidence\" shows all.");

        if (explanation.Facts.Count > 0)
        {
            Heading("Facts it reads");
            Terminal.Screen.Write(Facts(explanation.Facts));
        }

        Heading("SQL");
        Say(definition.Sql);
    }

    private static string Since(Explanation explanation) => explanation.DefinedSince is { } since ? $" since {Terminal.Moment(since)} UTC" : "";

    private static string Sums(KpiRow row)
    {
        if (row.Suppressed) return row.Reason!;
        var label = row.Group.Count == 0 ? "Total" : TierLabel.Of(row.Tier);
        var figures = row is { Numerator: { } numerator, Denominator: { } denominator }
            ? string.Create(CultureInfo.InvariantCulture, $"{numerator:0.######} / {denominator:0.######}, ")
            : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"{label}: {figures}{row.N} records{(row.Excluded > 0 ? $", {row.Excluded} left out" : "")}.{(row.Reason is null ? "" : $" {row.Reason}")}");
    }

    private static string Targets(Explanation explanation)
    {
        var judged = explanation.Rows.Where(r => r.Target is not null).ToList();
        if (judged.Count == 0) return explanation.Definition.Targets.Count == 0 ? "None: it is judged by its trend." : "None for this value.";
        return string.Join('\n', judged.Select(r =>
            $"{(r.Group.Count == 0 ? "Total" : TierLabel.Of(r.Tier))}: {r.Target!.Value}" +
            $"{(r.Target.Stretch is { } stretch ? string.Create(CultureInfo.InvariantCulture, $", stretch {stretch:0.######}") : "")}, tolerance {r.Target.Tolerance}, " +
            $"from {r.Target.Origin}{(r.Target.IsDefault ? " (default)" : "")}."));
    }

    private static Table Facts(IReadOnlyList<FactFreshness> facts)
    {
        var table = Terminal.Table("Fact", "Source", "Last batch", "Written (UTC)", "Vouched for until (UTC)", "Payload");
        foreach (var fact in facts)
            table.AddTexts(
                fact.Fact, fact.Source ?? "never delivered", fact.Batch?.ToString(CultureInfo.InvariantCulture) ?? "",
                fact.CommittedAt is { } at ? Terminal.Moment(at) : "", fact.CoveredUntil is { } until ? Terminal.Moment(until) : "",
                fact.Name is null ? "" : Path.GetFileName(fact.Name));
        return table;
    }

    private static void Heading(string text)
    {
        Console.WriteLine();
        Say(text);
        Say(new string('─', text.Length));
    }

    private static void Say(string text) => Terminal.Screen.WriteLine(text);
}
