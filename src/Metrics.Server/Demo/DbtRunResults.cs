using System.Globalization;
using System.Text.Json;

namespace Metrics.Server.Demo;

/// <summary>Writes <c>run_results.json</c>, version 6.</summary>
internal static class DbtRunResults
{
    public static void Write(DbtInvocation invocation, string folder)
    {
        Directory.CreateDirectory(folder);
        using var file = File.Create(Path.Combine(folder, "run_results.json"));
        using var json = new Utf8JsonWriter(file);
        json.WriteStartObject();
        WriteMetadata(json, "run-results/v6", invocation.Id, invocation.StartedAt, invocation.EndedAt);
        json.WriteStartArray("results");
        foreach (var result in invocation.Results) WriteResult(json, result);
        json.WriteEndArray();
        json.WriteNumber("elapsed_time", (invocation.EndedAt - invocation.StartedAt).TotalSeconds);
        json.WriteStartObject("args");
        json.WriteString("which", invocation.Which);
        json.WriteString("invocation_command", $"dbt {invocation.Which}");
        json.WriteString("log_level", "info");
        json.WriteBoolean("write_json", true);
        json.WriteString("target", "prod");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>The opening that every artifact shares.</summary>
    public static void WriteMetadata(
        Utf8JsonWriter json, string schema, string invocation, DateTimeOffset startedAt, DateTimeOffset generatedAt)
    {
        json.WriteStartObject("metadata");
        json.WriteString("dbt_schema_version", $"https://schemas.getdbt.com/dbt/{schema}.json");
        json.WriteString("dbt_version", DbtProject.DbtVersion);
        json.WriteString("generated_at", Stamp(generatedAt));
        json.WriteString("invocation_id", invocation);
        json.WriteString("invocation_started_at", Stamp(startedAt));
        json.WriteStartObject("env");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>As dbt writes moments: UTC to the microsecond.</summary>
    public static string Stamp(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    private static void WriteResult(Utf8JsonWriter json, DbtResult result)
    {
        json.WriteStartObject();
        json.WriteString("status", result.Status);
        json.WriteStartArray("timing");
        if (result is { StartedAt: { } started, EndedAt: { } ended })
        {
            var compiled = started + ((ended - started) * 0.02);
            WriteTiming(json, "compile", started, compiled);
            WriteTiming(json, "execute", compiled, ended);
        }

        json.WriteEndArray();
        json.WriteString("thread_id", $"Thread-{result.Thread} (worker)");
        json.WriteNumber("execution_time", (result.EndedAt - result.StartedAt)?.TotalSeconds ?? 0);
        json.WriteStartObject("adapter_response");
        if (result.Rows is { } rows)
        {
            json.WriteString("_message", result.Message);
            json.WriteString("code", "INSERT");
            json.WriteNumber("rows_affected", rows);
        }

        json.WriteEndObject();
        json.WriteString("message", result.Message);
        if (result.Failures is { } failures) json.WriteNumber("failures", failures);
        else json.WriteNull("failures");
        json.WriteString("unique_id", result.UniqueId);
        json.WriteBoolean("compiled", result.StartedAt is not null);
        json.WriteNull("compiled_code");
        json.WriteString("relation_name", result.Dataset is { } dataset ? DbtProject.RelationName(dataset) : null);
        json.WriteNull("batch_results");
        json.WriteEndObject();
    }

    private static void WriteTiming(Utf8JsonWriter json, string name, DateTimeOffset from, DateTimeOffset to)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("started_at", Stamp(from));
        json.WriteString("completed_at", Stamp(to));
        json.WriteEndObject();
    }
}
