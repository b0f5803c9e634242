using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Metrics.Model.Facts;

namespace Metrics.Sources.GreatExpectations;

/// <summary>The result of validating one batch of data against one suite, whichever version wrote it and whatever it is wrapped in.</summary>
internal sealed partial class ValidationResult(JsonElement json, string? key, string place, Mapping mapping, JsonRedaction privacy)
{
    /// <summary>What mapping rules may say of the dataset.</summary>
    public static readonly MappingTopic DatasetTopic = new(
        "dataset", "the dataset that was validated; by default the data asset's name", "datasource", "asset", "table", "schema", "suite");

    /// <summary>What mapping rules may say of an expectation's kind.</summary>
    public static readonly MappingTopic KindTopic = new("check_kind", "the kind of check; by default as the README's table has it", "expectation", "suite", "asset")
    {
        Words = FactWords.Of(typeof(CheckKind)),
    };

    private const string Expected =
        "deliver a validation result or a checkpoint result as Great Expectations writes it (results with meta), for example from its validations store";

    private readonly JsonElement meta = json.At("meta");

    /// <summary>The validation results in a document.</summary>
    public static IEnumerable<Reading> In(JsonElement document, string place, Mapping mapping, JsonRedaction privacy)
    {
        // Checkpoint results: 0.x wraps each validation result once more.
        if (document.At("run_results") is { ValueKind: JsonValueKind.Object } runs)
        {
            return runs.Members().SelectMany(r => new ValidationResult(
                r.Value.At("validation_result") is { ValueKind: JsonValueKind.Object } inner ? inner : r.Value,
                r.Name, $"{place}, {r.Name}", mapping, privacy).Read());
        }

        if (document.At("validation_result") is { ValueKind: JsonValueKind.Object } wrapped)
            return new ValidationResult(wrapped, document.Text("key"), place, mapping, privacy).Read();
        if (document.At("results").ValueKind == JsonValueKind.Array)
            return new ValidationResult(document, null, place, mapping, privacy).Read();
        var what = document.At("validation_results").ValueKind == JsonValueKind.Array
            ? "is the summary of describe(), which names neither suite, data nor time"
            : "is no result of Great Expectations";
        return [new RecordRejected(place, privacy.Shown(document), $"{what}; {Expected}")];
    }

    private IEnumerable<Reading> Read()
    {
        if (RunAt() is not { } at)
        {
            yield return new RecordRejected(place, privacy.Shown(meta),
                "has no time in the years 1970 to 2200 (meta.validation_time, meta.run_id.run_time, meta.batch_markers.ge_load_time); run it through a checkpoint, which writes one");
            yield break;
        }

        var index = 0;
        foreach (var result in json.At("results").Items())
        {
            var config = result.At("expectation_config");
            var itsPlace = $"{place}, results[{index++}]";
            if ((config.Text("type") ?? config.Text("expectation_type")) is not { } expectation)
            {
                yield return new RecordRejected(itsPlace, privacy.Shown(config), "expectation_config.type is missing; without it nobody knows what was expected");
                continue;
            }

            if (Status(result, config) is not { } status)
            {
                yield return new RecordRejected(itsPlace, privacy.Shown(result.At("success")), "success is neither true nor false, and no exception was raised");
                continue;
            }

            var id = CheckId(config, expectation);
            yield return new RecordRead(new Check
            {
                CheckId = id,
                Dataset = Dataset,
                Kind = Kind(expectation),
                Column = Column(config.At("kwargs")),
                Source = GreatExpectationsSource.SourceName,
                SeenAt = at,
            });
            yield return new RecordRead(new CheckResult
            {
                CheckId = id,
                RunAt = at,
                Status = status,
                Value = result.At("result").Number("observed_value") ?? result.At("result").Number("unexpected_count"),
                Message = status is CheckStatus.Pass ? null : privacy.Message(Exception(result) ?? Unexpected(result.At("result"))),
                Source = GreatExpectationsSource.SourceName,
                UpdatedAt = at,
            });
        }
    }

    private string Suite => json.Text("suite_name") ?? meta.Text("expectation_suite_name") ?? "default";

    private string? Asset => Definition.Text("data_asset_name") ?? meta.At("batch_kwargs").Text("data_asset_name") ?? meta.Text("data_asset_name")
        ?? meta.At("batch_spec").Text("table_name") ?? meta.At("batch_kwargs").Text("table");

    private JsonElement Definition => meta.At("active_batch_definition");

    private string? Dataset => mapping.Apply(DatasetTopic.Name, new RawAttributes
    {
        { "datasource", Definition.Text("datasource_name") ?? meta.At("batch_kwargs").Text("datasource") },
        { "asset", Asset },
        { "table", meta.At("batch_spec").Text("table_name") ?? meta.At("batch_kwargs").Text("table") },
        { "schema", meta.At("batch_spec").Text("schema_name") ?? meta.At("batch_kwargs").Text("schema") },
        { "suite", Suite },
    }) ?? Asset;

    private CheckKind Kind(string expectation) =>
        mapping.Apply(KindTopic.Name, new RawAttributes { { "expectation", expectation }, { "suite", Suite }, { "asset", Asset } }) is { } word
        && FactWords.Find(typeof(CheckKind), word) is CheckKind mapped ? mapped : CheckKinds.Of(expectation);

    /// <summary>When the validation ran: what it says itself, else the time in its key, else when the data was loaded.</summary>
    private DateTimeOffset? RunAt() =>
        Moment(meta.Text("validation_time")) ?? Moment(meta.At("run_id").Text("run_time")) ?? Moment(meta.Text("run_time"))
        ?? key?.Split('/').Select(Moment).FirstOrDefault(m => m is not null)
        ?? Moment(meta.At("batch_markers").Text("ge_load_time"));

    // 20261121T014321.946461Z is how Great Expectations writes times; nobody else reads them.
    private static DateTimeOffset? Moment(string? text)
    {
        if (text is null || Compact().Match(text) is not { Success: true } form) return JsonFields.MomentOf(text);
        string Group(string name) => form.Groups[name].Value;
        return JsonFields.MomentOf(
            $"{Group("year")}-{Group("month")}-{Group("day")}T{Group("hour")}:{Group("minute")}:{Group("second")}{Group("fraction")}Z");
    }

    /// <summary>An exception says nothing about the data. 1.x keys exceptions by metric, and may have several.</summary>
    private static CheckStatus? Status(JsonElement result, JsonElement config)
    {
        if (HasRaised(result)) return CheckStatus.Error;
        return result.At("success").ValueKind switch
        {
            JsonValueKind.True => CheckStatus.Pass,
            JsonValueKind.False => config.Text("severity")?.ToLowerInvariant() is "warning" or "info" ? CheckStatus.Warn : CheckStatus.Fail,
            _ => null,
        };
    }

    private static bool HasRaised(JsonElement result) => Exceptions(result).Any(e => e.IsTrue("raised_exception"));

    private static string? Exception(JsonElement result) =>
        Exceptions(result).Where(e => e.IsTrue("raised_exception")).Select(e => e.Text("exception_message")).FirstOrDefault(m => m is not null);

    private static IEnumerable<JsonElement> Exceptions(JsonElement result) =>
        result.At("exception_info").Members().Select(m => m.Value).Where(v => v.ValueKind == JsonValueKind.Object).Prepend(result.At("exception_info"));

    private static string? Unexpected(JsonElement result)
    {
        if (result.Number("unexpected_count") is not { } unexpected)
            return result.Number("observed_value") is { } observed ? string.Create(CultureInfo.InvariantCulture, $"observed {observed}") : null;
        var of = result.Number("element_count") is { } elements ? string.Create(CultureInfo.InvariantCulture, $" of {elements}") : "";
        return string.Create(CultureInfo.InvariantCulture, $"{unexpected}{of} unexpected");
    }

    private static string? Column(JsonElement kwargs)
    {
        if (kwargs.Text("column") is { } one) return one;
        var several = kwargs.At("column_list").Texts().Concat(new[] { kwargs.Text("column_A"), kwargs.Text("column_B") }.OfType<string>()).ToList();
        return several.Count == 0 || kwargs.At("column_set").ValueKind == JsonValueKind.Array ? null : string.Join(", ", several);
    }

    /// <summary>An expectation of a suite on a data asset; without an id it is what it expects, whichever batch and however reported.</summary>
    private string CheckId(JsonElement config, string expectation)
    {
        var what = config.Text("id") ?? $"{expectation} {Hash(config.At("kwargs"))}";
        return string.Join('/', new[] { Asset, Suite, what }.OfType<string>());
    }

    // Of the text as it may be stored: the landed copy must give the same id.
    private string Hash(JsonElement kwargs)
    {
        using var clean = JsonDocument.Parse(privacy.Rewrite(JsonSerializer.SerializeToUtf8Bytes(
            kwargs.ValueKind == JsonValueKind.Object ? kwargs : JsonSerializer.SerializeToElement(new Dictionary<string, int>()))));
        var members = clean.RootElement.Members().Where(m => m.Name is not ("batch_id" or "result_format" or "include_config" or "catch_exceptions"))
            .OrderBy(m => m.Name, StringComparer.Ordinal).Select(m => $"{m.Name}={m.Value.GetRawText()}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', members))).AsSpan(0, 8));
    }

    [GeneratedRegex(
        @"\A(?<year>\d{4})(?<month>\d\d)(?<day>\d\d)T(?<hour>\d\d)(?<minute>\d\d)(?<second>\d\d)(?<fraction>\.\d{1,9})?Z\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Compact();
}
