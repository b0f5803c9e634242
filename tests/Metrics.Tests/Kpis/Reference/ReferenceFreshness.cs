namespace Metrics.Tests.Kpis.Reference;

/// <summary>KPI 5.</summary>
public sealed partial class ReferenceKpis
{
    private Dictionary<string, List<DateTimeOffset>>? loads;

    private IEnumerable<Seen> Freshness(Window window)
    {
        loads ??= Loads();
        for (var day = calendar.DayOf(window.From); calendar.StartOf(day) < window.To; day = day.AddDays(1))
        {
            foreach (var dataset in company.Datasets.Select(d => d.Dataset).Distinct())
            {
                if (Observe(dataset, day, window) is { } seen) yield return seen;
            }
        }
    }

    private Seen? Observe(string dataset, DateOnly day, Window window)
    {
        var start = calendar.StartOf(day);
        var end = calendar.StartOf(day.AddDays(1));
        var now = window.AsOf(end);
        if (company.InForce(dataset, start) is not { } version || version.Lifecycle is not (null or "active")) return null;
        if (!loads!.TryGetValue(dataset, out var all) || day <= calendar.DayOf(all[0])) return null;
        return version switch
        {
            { FreshnessMaxAge: { } age } => MaxAge(dataset, start, end, ReferenceCalendar.Min(end, now), age, all),
            { FreshnessDeadline: { } deadline } when version.FreshnessDays.Count == 0 || version.FreshnessDays.Contains(Name(day)) =>
                Deadline(dataset, start, ReferenceCalendar.Instant(day, deadline, version.FreshnessTimezone ?? zone), now, all),
            _ => null,
        };
    }

    private static Seen MaxAge(
        string dataset, DateTimeOffset start, DateTimeOffset end, DateTimeOffset until, TimeSpan age, List<DateTimeOffset> loads)
    {
        // Freshness changes at a load and when a load grows too old; between two such moments one look in the middle tells.
        var moments = loads.Concat(loads.Select(l => l + age)).Append(start).Append(until)
            .Where(m => m >= start && m <= until).Distinct().Order().ToList();
        var fresh = TimeSpan.Zero;
        foreach (var (from, to) in moments.Zip(moments.Skip(1)))
        {
            var middle = from + (to - from) / 2;
            var last = loads.FindLastIndex(l => l <= middle);
            if (last >= 0 && middle - loads[last] <= age) fresh += to - from;
        }

        return new Seen(start, [dataset]) { Numerator = fresh / (end - start), Denominator = (until - start) / (end - start) };
    }

    private static Seen? Deadline(
        string dataset, DateTimeOffset start, DateTimeOffset deadline, DateTimeOffset now, List<DateTimeOffset> loads) =>
        deadline > now
            ? null
            : new Seen(start, [dataset]) { Numerator = loads.Exists(l => l > deadline.AddHours(-24) && l <= deadline) ? 1 : 0 };

    /// <summary>When each dataset was loaded successfully, in order.</summary>
    private Dictionary<string, List<DateTimeOffset>> Loads()
    {
        var found = new List<(string Dataset, DateTimeOffset? At)>();
        foreach (var output in company.RunOutputs)
        {
            var run = company.PipelineRuns.Find(r => Attempt(r) == Attempt(output));
            if ((output.State ?? run?.State) == "success") found.Add((output.Dataset, output.EndedAt ?? run?.EndedAt));
        }

        var told = company.RunOutputs.Select(Attempt).ToHashSet();
        foreach (var run in company.PipelineRuns.Where(r => r.State == "success" && !told.Contains(Attempt(r))))
            found.AddRange(DatasetsOf(run).Select(d => (d, run.EndedAt)));
        return found.Where(f => f.At is not null).GroupBy(f => f.Dataset)
            .ToDictionary(g => g.Key, g => g.Select(f => f.At!.Value).Order().ToList());
    }

    private static (string, string, int?) Attempt(PipelineRunRow run) => (run.Pipeline, run.RunId, run.Attempt);

    private static (string, string, int?) Attempt(RunOutputRow output) => (output.Pipeline, output.RunId, output.Attempt);

    private static string Name(DateOnly day) => day.DayOfWeek.ToString()[..3].ToUpperInvariant();
}
