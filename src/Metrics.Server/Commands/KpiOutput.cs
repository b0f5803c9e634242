using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsvHelper;
using Metrics.Kpis;
using Metrics.Model;

namespace Metrics.Server.Commands;

/// <summary>How values are printed. JSON and CSV have the same flat rows under the same names; a table is for people.</summary>
internal abstract class KpiOutput
{
    /// <exception cref="UsageException">There is no such format.</exception>
    public static KpiOutput Of(string format) => format switch
    {
        "table" => new TableOutput(),
        "json" => new JsonOutput(),
        "csv" => new CsvOutput(),
        _ => throw new UsageException($"--format \"{format}\" is not known; allowed are table, json, csv."),
    };

    public abstract void Write(IReadOnlyList<KpiRow> rows, KpiRequest request, ReportingSettings settings);

    public abstract void WriteEvidence(IReadOnlyList<(string Kpi, Observation Observation)> rows, Period period);

    /// <exception cref="UsageException">The format has no place for it.</exception>
    public virtual void WriteExplanation(Explanation explanation, ReportingSettings settings) =>
        throw new UsageException("--explain comes as a table or as json; its records come as csv with --evidence.");

    /// <summary>A value as one flat row.</summary>
    protected static JsonObject Flat(KpiRow row, IReadOnlyList<Dimension> by)
    {
        var flat = new JsonObject
        {
            ["kpi"] = row.Kpi.Id,
            ["period"] = row.Period.Text,
            ["periodStart"] = Date(row.Period.Start),
            ["periodEnd"] = Date(row.Period.End),
            ["partial"] = row.Partial,
            ["unit"] = row.Kpi.Unit,
        };
        foreach (var dimension in by) flat[Name(dimension)] = Value(dimension, row.Group.GetValueOrDefault(dimension));
        flat["value"] = row.Value;
        flat["adjusted"] = row.Adjusted;
        flat["waived"] = row.Waived;
        flat["numerator"] = row.Numerator;
        flat["denominator"] = row.Denominator;
        flat["n"] = row.Suppressed ? null : row.N;
        flat["target"] = row.Target?.Value.Value;
        flat["stretch"] = row.Target?.Stretch;
        flat["status"] = row.Status.Spelling;
        flat["previous"] = row.Previous;
        flat["change"] = row.Change;
        flat["lower"] = row.Lower;
        flat["upper"] = row.Upper;
        flat["unattributed"] = row.Unattributed;
        flat["reason"] = row.Reason;
        return flat;
    }

    protected static JsonObject Flat(string kpi, Observation observation, Period period)
    {
        var flat = new JsonObject { ["kpi"] = kpi, ["period"] = period.Text, ["at"] = observation.At.ToString("O", CultureInfo.InvariantCulture) };
        foreach (var dimension in Enum.GetValues<Dimension>())
        {
            var values = observation.Cell.Values(dimension);
            flat[Name(dimension)] = Value(dimension, values.Count == 1 ? values[0] : string.Join(';', values));
        }

        flat["numerator"] = observation.Numerator;
        flat["denominator"] = observation.Denominator;
        flat["value"] = observation.Value;
        flat["excluded"] = observation.Excluded;
        flat["waived"] = observation.Waived;
        flat["corrected"] = observation.Corrected;
        flat["unknown"] = observation.Unknown;
        flat["note"] = observation.Note;
        flat["fact"] = observation.Record?.Fact;
        flat["source"] = observation.Record?.Source;
        flat["connection"] = observation.Record?.Connection;
        flat["key"] = observation.Record?.Key;
        flat["batch"] = observation.Record?.Batch;
        return flat;
    }

    private static JsonNode? Value(Dimension dimension, string? value) =>
        dimension == Dimension.Tier && value is not null ? int.Parse(value, CultureInfo.InvariantCulture) : value;

    /// <summary>The dimension unit is what a cost is divided by; "unit" is already what the value is measured in.</summary>
    private static string Name(Dimension dimension) => dimension == Dimension.Unit ? "usageUnit" : JsonNamingPolicy.CamelCase.ConvertName(dimension.ToString());

    private static string Date(DateOnly day) => day.ToString("O", CultureInfo.InvariantCulture);

    private sealed class JsonOutput : KpiOutput
    {
        private static readonly JsonSerializerOptions Options = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

        public override void Write(IReadOnlyList<KpiRow> rows, KpiRequest request, ReportingSettings settings) =>
            Print(rows.Select(r => Flat(r, request.By)));

        public override void WriteEvidence(IReadOnlyList<(string Kpi, Observation Observation)> rows, Period period) =>
            Print(rows.Select(r => Flat(r.Kpi, r.Observation, period)));

        public override void WriteExplanation(Explanation explanation, ReportingSettings settings) =>
            Console.WriteLine(new JsonObject
            {
                ["kpi"] = explanation.Definition.Id,
                ["name"] = explanation.Definition.Name,
                ["description"] = explanation.Definition.Description,
                ["formula"] = explanation.Definition.Formula,
                ["sql"] = explanation.Definition.Sql,
                ["version"] = explanation.Definition.Hash,
                ["definedSince"] = explanation.DefinedSince?.ToString("O", CultureInfo.InvariantCulture),
                ["values"] = new JsonArray([.. explanation.Rows.Select(r => Flat(r, [.. r.Group.Keys]))]),
                ["leftOut"] = new JsonArray([.. explanation.Reasons.Select(r => new JsonObject { ["reason"] = r.Reason, ["count"] = r.Count })]),
                ["observations"] = new JsonArray([.. explanation.Counted.Concat(explanation.LeftOut).Select(o => Flat(explanation.Definition.Id, o, explanation.Rows[0].Period))]),
                ["facts"] = new JsonArray([.. explanation.Facts.Select(f => new JsonObject
                {
                    ["fact"] = f.Fact,
                    ["source"] = f.Source,
                    ["batch"] = f.Batch,
                    ["payload"] = f.Name,
                    ["committedAt"] = f.CommittedAt?.ToString("O", CultureInfo.InvariantCulture),
                    ["coveredUntil"] = f.CoveredUntil?.ToString("O", CultureInfo.InvariantCulture),
                })]),
            }.ToJsonString(Options));

        private static void Print(IEnumerable<JsonObject> rows) =>
            Console.WriteLine(new JsonArray([.. rows]).ToJsonString(Options));
    }

    private sealed class CsvOutput : KpiOutput
    {
        public override void Write(IReadOnlyList<KpiRow> rows, KpiRequest request, ReportingSettings settings) =>
            Print(rows.Select(r => Flat(r, request.By)));

        public override void WriteEvidence(IReadOnlyList<(string Kpi, Observation Observation)> rows, Period period) =>
            Print(rows.Select(r => Flat(r.Kpi, r.Observation, period)));

        private static void Print(IEnumerable<JsonObject> rows)
        {
            // A text that begins like a formula must not be run by a spreadsheet that opens the file.
            using var csv = CsvWriter.Create(Console.Out, new CsvWriterOptions { Injection = CsvInjection.Escape }, leaveOpen: true);
            var first = true;
            foreach (var row in rows)
            {
                if (first)
                {
                    foreach (var (name, _) in row) csv.WriteField(name);
                    csv.EndRecord();
                    first = false;
                }

                foreach (var (_, value) in row)
                {
                    switch (value?.GetValueKind())
                    {
                        case null: csv.WriteField(""); break;
                        case JsonValueKind.Number: csv.WriteField(double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture), "R"); break;
                        default: csv.WriteField(value.ToString()); break;
                    }
                }

                csv.EndRecord();
            }
        }
    }

    private sealed class TableOutput : KpiOutput
    {
        public override void Write(IReadOnlyList<KpiRow> rows, KpiRequest request, ReportingSettings settings)
        {
            if (rows.Count > 0) Terminal.Screen.Write(KpiTable.Of(rows, request, settings, Terminal.Screen.Profile.Width));
            else Terminal.Say("There is nothing to show: no record of this period has been imported. \"metrics import --help\" says how.");
        }

        public override void WriteEvidence(IReadOnlyList<(string Kpi, Observation Observation)> rows, Period period)
        {
            Terminal.Screen.Write(ObservationTable.Of(rows));
        }

        public override void WriteExplanation(Explanation explanation, ReportingSettings settings) =>
            ExplanationText.Write(explanation, settings);
    }
}
