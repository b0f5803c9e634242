using System.Globalization;
using Metrics.Model.Facts;

namespace Metrics.Server.Demo;

/// <summary>Every attempt of every pipeline outside dbt, what each wrote, and the reloads that followed.</summary>
internal sealed class Runs(Company company, Outages outages)
{
    private static readonly string[] Errors =
    [
        "Connection reset by the source", "Lock wait timeout", "Worker killed: out of memory", "Source answered 503",
        "Disk of the worker full", "Token expired while reading page 41", "Merge failed: duplicate key in staging",
    ];

    private readonly List<PipelineRun> attempts = [];
    private readonly List<RunOutput> outputs = [];
    private readonly List<Backfill> backfills = [];

    public IReadOnlyList<PipelineRun> Attempts => attempts;

    /// <summary>Only where a failed attempt had written some of its datasets.</summary>
    public IReadOnlyList<RunOutput> Outputs => outputs;

    public IReadOnlyList<Backfill> Backfills => backfills;

    /// <summary>Runs all pipelines over the whole story.</summary>
    public Runs Run()
    {
        foreach (var pipeline in company.Catalogue.Pipelines)
        {
            foreach (var day in company.Time.Days)
            {
                // Nobody loads what is not there yet or not wanted any more.
                if (!pipeline.Datasets.Any(d => company.Catalogue.IsActive(d, day))) continue;
                RunDay(pipeline, day);
            }
        }

        return this;
    }

    private void RunDay(SeedPipeline pipeline, DateTimeOffset day)
    {
        var tier = pipeline.Datasets.Min(d => company.Catalogue.At(d, day)?.Tier ?? 2);
        var chances = Reliability.Of(pipeline, tier);
        chances = chances.Under(company.TroubleOn(day), company.DelayOn(day));
        if (pipeline.Schedule is null)
        {
            var start = day.AddHours(9) + company.Dice("event", pipeline.Id, day).Minutes(0, 45);
            RunSlot(pipeline, start, RunTrigger.Event, chances);
            return;
        }

        foreach (var slot in pipeline.Schedule.On(day))
            RunSlot(pipeline, slot, RunTrigger.Scheduled, chances);

        var manual = company.Dice("manual", pipeline.Id, day);
        if (manual.Chance(0.004)) RunByHand(pipeline, day + manual.Hours(9, 16), manual);
    }

    private void RunSlot(SeedPipeline pipeline, DateTimeOffset slot, RunTrigger trigger, Reliability chances)
    {
        var dice = company.Dice("run", pipeline.Id, slot);
        var run = new PipelineRun
        {
            Pipeline = pipeline.Id,
            RunId = $"{(trigger == RunTrigger.Event ? "event" : "scheduled")}__{Stamp(slot)}",
            Attempt = 1,
            ScheduledFor = trigger == RunTrigger.Event ? null : slot,
            Trigger = trigger,
        };
        if (pipeline.Schedule is { OnBusinessDaysOnly: true } && slot is { Month: 12, Day: 25 or 26 } or { Month: 1, Day: 1 })
        {
            attempts.Add(run with { State = RunState.Skipped, Error = "Bank holiday" });
            return;
        }

        if (IsHung(pipeline, slot))
        {
            attempts.Add(run with { StartedAt = slot.AddSeconds(20), State = RunState.Running });
            return;
        }

        var outage = outages.At(pipeline.Datasets, slot);
        var fate = outage is not null ? 2 : dice.Weighted(
            1 - chances.Blip - chances.Dead - chances.Late, chances.Blip, chances.Dead, chances.Late);
        var start = slot + dice.Minutes(0.1, 1.5) + (fate == 3 ? Delay(pipeline, dice) : TimeSpan.Zero);
        var failures = fate switch { 1 => dice.Chance(0.85) ? 1 : 2, 2 => 3, _ => 0 };
        for (var attempt = 1; attempt <= failures; attempt++)
        {
            var end = start + dice.Minutes(0.5, 6);
            Fail(pipeline, run with
            {
                Attempt = attempt,
                StartedAt = start,
                EndedAt = end,
                Error = outage?.Reason ?? dice.Pick(Errors),
            }, dice);
            start = end + dice.Minutes(4, 6);
        }

        if (failures == 3)
            Repair(pipeline, slot, start, outage, dice);
        else
            attempts.Add(Succeeded(pipeline, run with { Attempt = failures + 1, StartedAt = start }, dice));
    }

    /// <summary>A frequent load waits for hours in the queue; a daily one waits for somebody to come to work.</summary>
    private static TimeSpan Delay(SeedPipeline pipeline, Dice dice) =>
        pipeline.Schedule is { RunsPerDay: > 1 } ? dice.Hours(1.2, 5) : dice.Hours(3, 16);

    /// <summary>One load has been hanging since yesterday evening.</summary>
    private bool IsHung(SeedPipeline pipeline, DateTimeOffset slot) =>
        pipeline.Id == Story.HungPipeline && slot.Date == company.Time.Today.AddDays(-1).Date;

    private void Fail(SeedPipeline pipeline, PipelineRun attempt, Dice dice)
    {
        attempts.Add(attempt with { State = RunState.Failed });
        if (pipeline.Datasets.Count == 1 || !dice.Chance(0.35)) return;
        for (var i = 0; i < pipeline.Datasets.Count; i++)
        {
            outputs.Add(new RunOutput
            {
                Pipeline = attempt.Pipeline,
                RunId = attempt.RunId,
                Attempt = attempt.Attempt,
                Dataset = pipeline.Datasets[i],
                State = i == 0 ? RunState.Success : RunState.Failed,
                EndedAt = attempt.EndedAt,
                RowsWritten = i == 0 ? RowsOf(pipeline, attempt.StartedAt!.Value, dice) : 0,
            });
        }
    }

    private PipelineRun Succeeded(SeedPipeline pipeline, PipelineRun attempt, Dice dice)
    {
        var rows = RowsOf(pipeline, attempt.StartedAt!.Value, dice);
        var busy = pipeline.Schedule is { RunsPerDay: > 1 } ? 4.0 : 14.0;
        return attempt with
        {
            EndedAt = attempt.StartedAt + TimeSpan.FromSeconds(Math.Floor(dice.Skewed(busy) * 60)),
            State = RunState.Success,
            RowsWritten = rows,
            BytesWritten = rows * (90 + (pipeline.Id.Length * 7)),
        };
    }

    /// <summary>A daily load that died is reloaded by hand the same day or the next; of frequent ones only outages are.</summary>
    private void Repair(SeedPipeline pipeline, DateTimeOffset slot, DateTimeOffset failedAt, Outage? outage, Dice dice)
    {
        var isFrequent = pipeline.Schedule is { RunsPerDay: > 1 };
        if (isFrequent ? outage is null || !dice.Chance(0.2) : !dice.Chance(0.4)) return;
        var requested = failedAt + dice.Hours(0.5, 3);
        var started = requested + TimeSpan.FromSeconds(Math.Floor(dice.Skewed(5 * company.SeasonAt(slot).Repair) * 3600));
        var isCancelled = dice.Chance(0.06);
        var reload = Succeeded(pipeline, new PipelineRun
        {
            Pipeline = pipeline.Id,
            RunId = $"backfill__{Stamp(slot)}",
            Attempt = 1,
            StartedAt = started,
            Trigger = RunTrigger.Backfill,
        }, dice);
        if (reload.EndedAt < company.Time.Today && !isCancelled) attempts.Add(reload);
        if (requested >= company.Time.Today) return;
        backfills.Add(new Backfill
        {
            BackfillId = $"BF-{pipeline.Id}-{slot:yyyyMMddHH}",
            Dataset = pipeline.Datasets[0],
            Reason = outage?.Reason ?? "Load failed three times",
            IssueDetectedAt = dice.Chance(0.85) ? failedAt : null,
            RequestedAt = requested,
            StartedAt = isCancelled || started >= company.Time.Today ? null : started,
            CompletedAt = isCancelled || reload.EndedAt >= company.Time.Today ? null : reload.EndedAt,
            Cancelled = isCancelled,
        });
    }

    private void RunByHand(SeedPipeline pipeline, DateTimeOffset start, Dice dice) =>
        attempts.Add(dice.Chance(0.15)
            ? new PipelineRun
            {
                Pipeline = pipeline.Id,
                RunId = $"manual__{Stamp(start)}",
                Attempt = 1,
                StartedAt = start,
                EndedAt = start.AddMinutes(2),
                State = RunState.Cancelled,
                Trigger = RunTrigger.Manual,
            }
            : Succeeded(pipeline, new PipelineRun
            {
                Pipeline = pipeline.Id,
                RunId = $"manual__{Stamp(start)}",
                Attempt = 1,
                StartedAt = start,
                Trigger = RunTrigger.Manual,
            }, dice));

    /// <summary>Grows by a quarter over the story, and is a third higher in November and December: it is a shop.</summary>
    private long RowsOf(SeedPipeline pipeline, DateTimeOffset at, Dice dice)
    {
        var usual = company.Dice("rows", pipeline.Id).Between(4_000, 90_000) / (pipeline.Schedule?.RunsPerDay > 4 ? 6 : 1);
        var season = at.Month >= 11 ? 1.33 : 1;
        return (long)(usual * (1 + (0.25 * company.ProgressAt(at))) * season * dice.Between(0.85, 1.15));
    }

    private static string Stamp(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'+00:00'", CultureInfo.InvariantCulture);
}
