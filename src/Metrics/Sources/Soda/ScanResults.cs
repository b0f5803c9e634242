using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Metrics.Model.Facts;

namespace Metrics.Sources.Soda;

/// <summary>The results of one scan.</summary>
internal sealed partial class ScanResults(JsonElement scan, string place, Mapping mapping, JsonRedaction privacy)
{
    /// <summary>What mapping rules may say of the dataset.</summary>
    public static readonly MappingTopic DatasetTopic = new("dataset", "the dataset that was checked; by default the table's name", "datasource", "table", "definition");

    /// <summary>What mapping rules may say of a check's kind.</summary>
    public static readonly MappingTopic KindTopic = new("check_kind", "the kind of check; by default as the README's table has it", "name", "metric", "table")
    {
        Words = FactWords.Of(typeof(CheckKind)),
    };

    private readonly bool hasErrors = scan.IsTrue("hasErrors");

    public IEnumerable<Reading> Read()
    {
        if (scan.At("checks").ValueKind != JsonValueKind.Array)
        {
            yield return new RecordRejected(place, privacy.Shown(scan), "is no scan result of Soda: it has no checks; deliver what soda scan -srf FILE writes");
            yield break;
        }

        if ((scan.Moment("scanEndTimestamp") ?? scan.Moment("scanStartTimestamp") ?? scan.Moment("dataTimestamp")) is not { } at)
        {
            yield return new RecordRejected(place, privacy.Shown(scan.At("scanEndTimestamp")), "scanEndTimestamp, scanStartTimestamp and dataTimestamp are missing or no times");
            yield break;
        }

        var index = 0;
        foreach (var check in scan.At("checks").Items())
        {
            var itsPlace = $"{place}, checks[{index++}]";
            if ((check.Text("identity") ?? check.Text("name")) is not { } identity)
            {
                yield return new RecordRejected(itsPlace, privacy.Shown(check), "identity is missing; it is needed to know the check again");
                continue;
            }

            if (Status(check) is not { } status)
            {
                yield return new RecordRejected($"{itsPlace}.outcome", check.Text("outcome") ?? "",
                    $"outcome is \"{check.Text("outcome")}\"; allowed are pass, warn, fail, null, and PASSED, WARN, FAILED, NOT_EVALUATED, EXCLUDED");
                continue;
            }

            var source = check.Text("dataSource") ?? scan.Text("defaultDataSource");
            var id = source is null ? identity : $"{source}/{identity}";
            yield return new RecordRead(new Check
            {
                CheckId = id,
                Dataset = Dataset(check, source),
                Kind = Kind(check),
                Column = check.Text("column"),
                Source = SodaSource.SourceName,
                SeenAt = at,
            });
            yield return new RecordRead(new CheckResult
            {
                CheckId = id,
                RunAt = at,
                Status = status,
                Value = check.At("diagnostics").Number("value"),
                Message = status == CheckStatus.Pass ? null : privacy.Message(Message(check, status)),
                Source = SodaSource.SourceName,
                UpdatedAt = at,
            });
        }
    }

    /// <summary>
    /// Checks share queries: where one failed, the others of it vanish or pass on nothing. So a pass in a scan with errors is not
    /// believed; a warning or a failure was seen.
    /// </summary>
    private CheckStatus? Status(JsonElement check)
    {
        if (check.At("outcome").ValueKind is JsonValueKind.Null or JsonValueKind.Undefined) return CheckStatus.Error;
        return check.Text("outcome")?.ToLowerInvariant() switch
        {
            "pass" or "passed" => hasErrors ? CheckStatus.Error : CheckStatus.Pass,
            "warn" or "warned" => CheckStatus.Warn,
            "fail" or "failed" => CheckStatus.Fail,
            "not_evaluated" => CheckStatus.Error,
            "excluded" => CheckStatus.Skipped,
            _ => null,
        };
    }

    private static string Message(JsonElement check, CheckStatus status)
    {
        var name = check.Text("name") ?? "";
        if (status == CheckStatus.Error)
            return check.Text("outcome") is "pass" ? $"{name}: passed in a scan that had errors, which proves nothing" : $"{name}: was not evaluated";
        return check.At("diagnostics").Number("value") is { } value ? string.Create(CultureInfo.InvariantCulture, $"{name}: {value}") : name;
    }

    private string? Dataset(JsonElement check, string? source) =>
        mapping.Apply(DatasetTopic.Name, new RawAttributes { { "datasource", source }, { "table", check.Text("table") }, { "definition", scan.Text("definitionName") } })
        ?? check.Text("table");

    private CheckKind Kind(JsonElement check)
    {
        var metric = Metric(check);
        var attributes = new RawAttributes { { "name", check.Text("name") }, { "metric", metric }, { "table", check.Text("table") } };
        return mapping.Apply(KindTopic.Name, attributes) is { } word && FactWords.Find(typeof(CheckKind), word) is CheckKind mapped
            ? mapped
            : CheckKinds.Of(metric);
    }

    /// <summary>What is measured: <c>type</c> is always "generic", so the definition tells, else the metric.</summary>
    private string? Metric(JsonElement check)
    {
        var line = (check.Text("definition") ?? "").Split('\n').Select(l => l.Trim().TrimStart('-').Trim())
            .FirstOrDefault(l => l.Length > 0 && !l.StartsWith("checks for ", StringComparison.OrdinalIgnoreCase)) ?? check.Text("name") ?? "";
        if (line.Contains("must exist in", StringComparison.OrdinalIgnoreCase)) return "reference";
        var form = Measured().Match(line);
        if (form.Success && CheckKinds.Of(form.Groups["metric"].Value) != CheckKind.Custom) return form.Groups["metric"].Value;
        var ids = check.At("metrics").Texts().ToHashSet();
        return scan.At("metrics").Items().Where(m => m.Text("identity") is { } id && ids.Contains(id)).Select(m => m.Text("metricName")).FirstOrDefault()
            ?? (form.Success ? form.Groups["metric"].Value : null);
    }

    [GeneratedRegex(
        @"\A(anomaly (detection|score) for |change [\w\s%]*for |(avg|min|max) last \d+ (days )?)?(?<metric>\w+)",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase)]
    private static partial Regex Measured();
}
