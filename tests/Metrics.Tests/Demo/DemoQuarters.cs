using Metrics.Model.Facts;
using Metrics.Server.Demo;

namespace Metrics.Tests.Demo;

/// <summary>The story's headline numbers per tier and quarter, computed simply.</summary>
internal sealed class DemoQuarters
{
    private readonly DemoFiles demo;
    private readonly ILookup<string, Dataset> versions;
    private readonly Dictionary<string, IReadOnlyList<string>> outputs;
    private readonly List<PipelineRun> runs;

    public DemoQuarters(DemoFiles demo)
    {
        this.demo = demo;
        versions = demo.Read<Dataset>().ToLookup(d => d.Id);
        outputs = demo.Read<Pipeline>().ToDictionary(p => p.Id, p => p.Datasets);
        runs = demo.Read<PipelineRun>();
    }

    /// <summary>Scheduled runs outside dbt whose first attempt succeeded.</summary>
    public double SuccessRate(int tier, int quarter)
    {
        var first = runs
            .Where(r => r.Attempt == 1 && r.Trigger is RunTrigger.Scheduled or RunTrigger.Event)
            .Where(r => r.State is RunState.Success or RunState.Failed)
            .Where(r => demo.Time.QuarterOf(r.ScheduledFor ?? r.StartedAt!.Value) == quarter)
            .Where(r => outputs[r.Pipeline].Min(d => At(d, r.StartedAt!.Value)?.Tier) == tier)
            .ToList();
        return (double)first.Count(r => r.State == RunState.Success) / first.Count;
    }

    /// <summary>Share of the time, or of the deadlines, in which the tier's datasets were fresh, as kpis.md defines it.</summary>
    public double Freshness(int tier, int quarter)
    {
        double fresh = 0, days = 0;
        foreach (var (dataset, loads) in Loads())
        {
            foreach (var day in demo.Time.Days.Where(d => d < demo.Time.Today && demo.Time.QuarterOf(d) == quarter))
            {
                if (loads[0].Date >= day.Date || At(dataset, day) is not { } version || version.Tier != tier) continue;
                if (version.Lifecycle == Lifecycle.Deprecated) continue;
                if (version.FreshnessMaxAge is { } age) fresh += FreshShare(loads, day, age);
                else if (version.FreshnessDeadline is { } due && Timeline.IsBusinessDay(day)) fresh += InTime(loads, day, due);
                else continue;
                days++;
            }
        }

        return fresh / days;
    }

    public Dataset? At(string dataset, DateTimeOffset moment) =>
        versions[dataset].LastOrDefault(v => v.ValidFrom is null || v.ValidFrom <= moment);

    private Dictionary<string, List<DateTimeOffset>> Loads()
    {
        var dbt = demo.RunResults().SelectMany(r => r.Json.GetProperty("results").EnumerateArray())
            .Where(e => e.GetProperty("status").GetString() == "success")
            .Select(e => (
                e.GetProperty("relation_name").GetString()!.Replace("\"", ""),
                e.GetProperty("timing")[1].GetProperty("completed_at").GetDateTimeOffset()));
        return runs.Where(r => r.State == RunState.Success)
            .SelectMany(r => outputs[r.Pipeline].Select(d => (d, r.EndedAt!.Value)))
            .Concat(dbt)
            .GroupBy(l => l.Item1, l => l.Item2)
            .ToDictionary(g => g.Key, g => g.Order().ToList());
    }

    private static double FreshShare(List<DateTimeOffset> loads, DateTimeOffset day, TimeSpan age)
    {
        var end = day.AddDays(1);
        var fresh = TimeSpan.Zero;
        for (var i = Math.Max(0, LastBefore(loads, day)); i < loads.Count && loads[i] < end; i++)
        {
            var from = loads[i] > day ? loads[i] : day;
            var until = new[] { loads[i] + age, end, i + 1 < loads.Count ? loads[i + 1] : end }.Min();
            if (until > from) fresh += until - from;
        }

        return fresh / TimeSpan.FromDays(1);
    }

    private static double InTime(List<DateTimeOffset> loads, DateTimeOffset day, TimeOnly deadline)
    {
        var berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        var due = new DateTimeOffset(TimeZoneInfo.ConvertTimeToUtc(day.Date + deadline.ToTimeSpan(), berlin));
        var last = LastBefore(loads, due);
        return last >= 0 && loads[last] > due.AddDays(-1) ? 1 : 0;
    }

    private static int LastBefore(List<DateTimeOffset> loads, DateTimeOffset moment)
    {
        var index = loads.BinarySearch(moment);
        return index >= 0 ? index : ~index - 1;
    }
}
