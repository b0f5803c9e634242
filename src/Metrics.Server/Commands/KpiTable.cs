using Metrics.Kpis;
using Metrics.Model;
using Metrics.Model.Facts;
using Spectre.Console;

namespace Metrics.Server.Commands;

/// <summary>Values as a table for a terminal: status as a shape and a word, never as colour alone.</summary>
internal static class KpiTable
{
    /// <param name="width">Columns of the terminal; where they are few, the comparisons and the interval give way.</param>
    public static Table Of(IReadOnlyList<KpiRow> rows, KpiRequest request, ReportingSettings settings, int width)
    {
        width -= (request.By.Count * 14) + (request.Grain is null ? 0 : 12);
        var (interval, previous, change, target) = (width >= 126, width >= 108, width >= 94, width >= 74);
        var format = new NumberFormat(settings.Culture);
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumn(new TableColumn("KPI") { NoWrap = true });
        if (request.Grain is not null) table.AddColumn(new TableColumn("Period") { NoWrap = true });
        foreach (var dimension in request.By) table.AddColumn(new TableColumn(Heading(dimension)) { NoWrap = true });
        string[] figures = ["Value", .. target ? ["Target"] : Array.Empty<string>(), "Status", .. previous ? ["Previous"] : Array.Empty<string>(), .. change ? ["Change"] : Array.Empty<string>(), "n", .. interval ? ["95 % interval"] : Array.Empty<string>()];
        foreach (var name in figures)
            table.AddColumn(new TableColumn(name) { Alignment = name is "Status" ? Justify.Left : Justify.Right, NoWrap = true });
        foreach (var row in rows)
        {
            var unit = row.Kpi.Unit;
            var cells = new List<Text> { new(row.Kpi.Name) };
            if (request.Grain is not null) cells.Add(new Text(row.Period.Text));
            cells.AddRange(request.By.Select(d => new Text(Label(row, d))));
            cells.Add(new Text(format.Format(row.Value, unit, settings.Currency, row.ValueTarget)));
            if (target) cells.Add(new Text(row.Target is null ? "" : format.FormatTarget(row.Target, row.Kpi, settings.Currency)));
            cells.Add(new Text($"{row.Status.Shape} {row.Status.Word}", StyleOf(row.Status)));
            if (previous) cells.Add(new Text(format.Format(row.Previous, unit, settings.Currency)));
            if (change) cells.Add(new Text(format.FormatChange(row.Change, unit, settings.Currency)));
            cells.Add(new Text(row.Suppressed ? NumberFormat.Nothing : row.N.ToString("N0", settings.Culture)));
            if (interval) cells.Add(new Text(row is { Lower: { } lower, Upper: { } upper, N: < 100 } ? format.FormatInterval(lower, upper, unit, settings.Currency) : ""));
            table.AddRow(cells);
        }

        return table;
    }

    /// <summary>A row that is not broken down by a dimension stands for all of it.</summary>
    private static string Label(KpiRow row, Dimension dimension) => !row.Group.TryGetValue(dimension, out var value) ? "All"
        : dimension == Dimension.Tier ? TierLabel.Of(value is null ? null : int.Parse(value, System.Globalization.CultureInfo.InvariantCulture))
        : value ?? TierLabel.Unassigned;

    private static string Heading(Dimension dimension)
    {
        var words = FactSchema.SnakeCase(dimension.ToString()).Replace('_', ' ');
        return char.ToUpperInvariant(words[0]) + words[1..];
    }

    private static Style StyleOf(KpiStatus status) => status switch
    {
        KpiStatus.Exceeded or KpiStatus.Met or KpiStatus.Improved => new Style(Color.Green),
        KpiStatus.AtRisk => new Style(Color.Yellow),
        KpiStatus.Missed or KpiStatus.Worsened => new Style(Color.Red),
        KpiStatus.Steady or KpiStatus.NoTarget or KpiStatus.NoData or KpiStatus.InsufficientData or KpiStatus.NotDefined => Style.Plain,
    };
}
