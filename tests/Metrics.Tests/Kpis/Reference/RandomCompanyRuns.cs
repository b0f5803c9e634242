namespace Metrics.Tests.Kpis.Reference;

internal sealed partial class RandomCompany
{
    private static readonly string?[] States = ["success", "success", "success", "failed", "skipped", "cancelled", "running", "queued", "unknown", null];
    private static readonly string?[] Triggers = ["scheduled", null, "scheduled", null, "event", "manual", "backfill"];

    private void Runs()
    {
        for (var i = 0; i < 5; i++)
        {
            var pipeline = $"p{i}";
            company.Pipelines.Add(new PipelineRow(pipeline)
            {
                Team = chance.Sometimes("t1"),
                Datasets = i == 4 ? [] : chance.Some(named, 3),
            });
            Schedule(pipeline);
            for (var j = 0; j < 25; j++) Run(pipeline, $"x{j}", chance.Moment());
        }

        for (var j = 0; j < 10; j++) Run("not in the catalogue", $"x{j}", chance.Moment());
        for (var j = 0; j < 20; j++) LoadAtADeadline(j);
        chance.Shuffle(company.PipelineRuns);
        chance.Shuffle(company.RunOutputs);
    }

    /// <summary>Regular loads over some weeks, with holes.</summary>
    private void Schedule(string pipeline)
    {
        var step = TimeSpan.FromMinutes(chance.Of(240, 720, 1440, 2880));
        var at = chance.Moment();
        var end = at.AddDays(chance.Between(5, 70));
        for (var number = 0; at < end; at += step, number++)
        {
            if (chance.OneIn(12)) at += 6 * step;
            Run(pipeline, $"s{number}", at);
        }
    }

    private void Run(string pipeline, string run, DateTimeOffset due)
    {
        var first = chance.OneIn(20) ? 2 : 1;
        for (var attempt = first; attempt == first || chance.OneIn(4); attempt++)
        {
            var started = chance.After(due, 5);
            var state = chance.Of(States);
            var row = new PipelineRunRow(pipeline, run, chance.OneIn(15) && attempt == first ? null : attempt)
            {
                ScheduledFor = chance.OneIn(6) ? null : attempt == first ? due : due.AddMinutes(chance.Of(0, 0, 1440)),
                StartedAt = chance.OneIn(10) ? null : started,
                EndedAt = state is "running" or "queued" || chance.OneIn(20) ? null : chance.After(started, 4),
                State = state,
                Trigger = chance.Of(Triggers),
                Datasets = chance.OneIn(4) ? chance.Some(named, 3) : [],
            };
            company.PipelineRuns.Add(row);
            if (chance.OneIn(4)) Outputs(row, started);
        }
    }

    /// <summary>Outputs that need not agree with the state of their run.</summary>
    private void Outputs(PipelineRunRow run, DateTimeOffset started)
    {
        foreach (var dataset in chance.Some(named, 3))
        {
            company.RunOutputs.Add(new RunOutputRow(run.Pipeline, run.RunId, chance.OneIn(20) ? 9 : run.Attempt, dataset)
            {
                State = chance.Of("success", "success", "failed", "skipped", null),
                EndedAt = chance.OneIn(4) ? null : chance.After(started, 6),
            });
        }
    }

    /// <summary>A load that ends exactly at a deadline, or exactly 24 hours before it, or a microsecond beside.</summary>
    private void LoadAtADeadline(int number)
    {
        var promises = company.Datasets.Where(d => d.FreshnessDeadline is not null).ToList();
        if (promises.Count == 0) return;
        var dataset = chance.Of(promises);
        var deadline = ReferenceCalendar.Instant(
            chance.Day(), dataset.FreshnessDeadline!.Value, dataset.FreshnessTimezone ?? chance.Of("UTC", "Europe/Berlin"));
        var ended = deadline.AddHours(chance.Of(0, -24)).AddMicroseconds(chance.Of(0, 0, -1, 1));
        company.PipelineRuns.Add(new PipelineRunRow("exact", $"{number}", 1)
        {
            StartedAt = ended.AddHours(-1),
            EndedAt = ended,
            State = "success",
            Trigger = "backfill",
            Datasets = [dataset.Dataset],
        });
    }
}
