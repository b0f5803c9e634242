using System.Text.Json;

namespace Metrics.Server.Demo;

/// <summary>Writes the weekly <c>dbt source freshness</c> as <c>sources.json</c>, version 3.</summary>
internal static class DbtFreshness
{
    /// <summary>Hours after which dbt warns and fails, for every source.</summary>
    public const int WarnAfter = 26, ErrorAfter = 50;

    public static void Write(DbtProject project, Company company, Outages outages, DateTimeOffset day, string folder)
    {
        var dice = company.Dice("dbt freshness", "", day);
        var start = day.AddHours(3).AddMinutes(20) + dice.Minutes(0, 1);
        using var file = File.Create(Path.Combine(folder, "sources.json"));
        using var json = new Utf8JsonWriter(file);
        json.WriteStartObject();
        DbtRunResults.WriteMetadata(json, "sources/v3", dice.Uuid(), start, start.AddSeconds(21));
        json.WriteStartArray("results");
        foreach (var source in project.Sources)
        {
            var chance = company.Dice("dbt freshness", source, day);
            if (chance.Chance(0.002)) WriteUnreadable(json, source);
            else WriteResult(json, source, start.AddSeconds(4), Age(source, outages.At([source], start) is not null, chance));
        }

        json.WriteEndArray();
        json.WriteNumber("elapsed_time", 20.5);
        json.WriteEndObject();
    }

    private static TimeSpan Age(string source, bool isOut, Dice dice)
    {
        if (isOut) return dice.Hours(20, 60);
        // The central bank publishes no rates at weekends.
        return source == "raw.fx.rates" ? dice.Hours(59.8, 60) : dice.Hours(0.3, dice.Chance(0.05) ? 30 : 9);
    }

    private static void WriteResult(Utf8JsonWriter json, string source, DateTimeOffset at, TimeSpan age)
    {
        json.WriteStartObject();
        json.WriteString("unique_id", DbtProject.SourceId(source));
        json.WriteString("max_loaded_at", DbtRunResults.Stamp(at - age));
        json.WriteString("snapshotted_at", DbtRunResults.Stamp(at));
        json.WriteNumber("max_loaded_at_time_ago_in_s", age.TotalSeconds);
        json.WriteString("status", age.TotalHours > ErrorAfter ? "error" : age.TotalHours > WarnAfter ? "warn" : "pass");
        json.WriteStartObject("criteria");
        WriteLimit(json, "warn_after", WarnAfter);
        WriteLimit(json, "error_after", ErrorAfter);
        json.WriteNull("filter");
        json.WriteEndObject();
        json.WriteStartObject("adapter_response");
        json.WriteEndObject();
        json.WriteStartArray("timing");
        json.WriteEndArray();
        json.WriteString("thread_id", "Thread-1 (worker)");
        json.WriteNumber("execution_time", 0.4);
        json.WriteEndObject();
    }

    private static void WriteUnreadable(Utf8JsonWriter json, string source)
    {
        json.WriteStartObject();
        json.WriteString("unique_id", DbtProject.SourceId(source));
        json.WriteString("error", $"Database Error in source {source}: permission denied");
        json.WriteString("status", "runtime error");
        json.WriteEndObject();
    }

    private static void WriteLimit(Utf8JsonWriter json, string name, int hours)
    {
        json.WriteStartObject(name);
        json.WriteNumber("count", hours);
        json.WriteString("period", "hour");
        json.WriteEndObject();
    }
}
