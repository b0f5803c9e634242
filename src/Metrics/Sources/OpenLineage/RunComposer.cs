using Metrics.Model.Facts;

namespace Metrics.Sources.OpenLineage;

/// <summary>
/// Makes the records of a run of all that its events and its children say. Only a run without a parent is a run of a pipeline: a
/// DAG run counts, not each of its tasks. What a child writes it says in outputs of its own, and the parent knows which
/// datasets they are.
/// </summary>
internal sealed class RunComposer
{
    private readonly string runId;
    private readonly List<RunEvent> events;
    private readonly List<string> childOutputs;
    private readonly List<TaskTry> tries;
    private readonly List<Attempt> attempts;
    private readonly DateTimeOffset version;

    private RunComposer(IReadOnlyList<FragmentSeen> parts)
    {
        runId = parts[0].Entity[RunEvent.Entity("").Length..];
        events = [.. parts.Where(p => p.Name.StartsWith("event ", StringComparison.Ordinal)).Select(p => (p.Name, Event: RunEvent.Parse(p.Body)))
            .OrderBy(e => e.Event.At).ThenBy(e => Order(e.Event.Type)).ThenBy(e => e.Name, StringComparer.Ordinal).Select(e => e.Event)];
        childOutputs = [.. parts.Select(ChildParts.OutputOf).OfType<string>().Order(StringComparer.Ordinal)];
        tries = [.. parts.Select(ChildParts.TryOf).OfType<TaskTry>()];
        attempts = Attempts();
        version = events.Count == 0 ? default : events[^1].At;
    }

    public static IEnumerable<Reading> Compose(IReadOnlyList<FragmentSeen> parts)
    {
        var run = new RunComposer(parts);

        // A parent of which nothing but its children is known yet: they wait for it.
        if (run.events.Count == 0) return run.Parent is { } above ? run.ForParent(above) : [];
        return run.Parent is { } parent && parent != run.runId ? run.Child(parent) : run.Root();
    }

    private string Job => events[0].Job;

    private string? Parent => events.Select(e => e.Parent).FirstOrDefault(p => p is not null);

    private IEnumerable<Reading> Root()
    {
        var scheduled = events.Select(e => e.Nominal).FirstOrDefault(n => n is not null);
        var trigger = events.Select(e => e.Trigger).FirstOrDefault(t => t is not null);
        var all = WithTries();
        foreach (var attempt in all)
        {
            yield return new RecordRead(new PipelineRun
            {
                Pipeline = Job,
                RunId = runId,
                Attempt = attempt.Number,
                ScheduledFor = scheduled,
                StartedAt = attempt.StartedAt,
                EndedAt = attempt.EndedAt,
                State = attempt.State,
                Trigger = trigger,
                Datasets = [.. attempt.Outputs.Keys.Concat(childOutputs).Distinct().Order(StringComparer.Ordinal)],
                RowsWritten = Sum(attempt.Outputs.Values.Select(o => o.Rows)),
                BytesWritten = Sum(attempt.Outputs.Values.Select(o => o.Bytes)),
                Error = attempt.Error,
                Source = OpenLineageSource.SourceName,
                UpdatedAt = version,
            });
            foreach (var output in Outputs(attempt)) yield return output;

            // When these were loaded their own runs say; without a word the run's end would count as theirs.
            foreach (var dataset in childOutputs.Where(d => !attempt.Outputs.ContainsKey(d)))
                yield return new RecordRead(Output(attempt.Number, dataset) with { State = RunState.Unknown, EndedAt = null });
        }

        foreach (var number in Numbers(all).Except(all.Select(a => a.Number)))
            foreach (var withdrawn in Withdrawn(number, [])) yield return withdrawn;
        foreach (var edge in Lineage()) yield return edge;
    }

    private IEnumerable<Reading> Child(string parent)
    {
        foreach (var attempt in attempts)
            foreach (var output in Outputs(attempt)) yield return output;

        // It may have passed for a run of its own before its parent was known.
        foreach (var number in Numbers(attempts))
            foreach (var withdrawn in Withdrawn(number, attempts.Find(a => a.Number == number)?.Outputs.Keys ?? (IEnumerable<string>)[])) yield return withdrawn;
        foreach (var edge in Lineage()) yield return edge;
        foreach (var part in ForParent(parent)) yield return part;
    }

    /// <summary>What may have been made of fewer events and holds no longer.</summary>
    private IEnumerable<Reading> Withdrawn(int number, IEnumerable<string> kept)
    {
        yield return new RecordRead(new PipelineRun
        {
            Pipeline = Job,
            RunId = runId,
            Attempt = number,
            Source = OpenLineageSource.SourceName,
            UpdatedAt = version,
            Deleted = true,
        });
        foreach (var dataset in attempts.SelectMany(a => a.Outputs.Keys).Concat(childOutputs).Distinct().Except(kept))
            yield return new RecordRead(Output(number, dataset) with { Deleted = true });
    }

    private IEnumerable<int> Numbers(List<Attempt> all) =>
        Enumerable.Range(1, all.Select(a => a.Number).Concat(tries.Select(t => t.Number)).Append(attempts.Count).Max());

    private IEnumerable<Reading> ForParent(string parent)
    {
        foreach (var dataset in attempts.SelectMany(a => a.Outputs.Keys).Concat(childOutputs).Distinct())
            yield return ChildParts.Output(parent, dataset);
        if (attempts.Count == 0 || events.Select(e => e.Try).FirstOrDefault(t => t is not null) is not { } number) yield break;
        var last = attempts[^1];
        yield return ChildParts.Try(parent, runId, number, last.State == RunState.Failed ? last.EndedAt : null, last.Error);
    }

    private IEnumerable<Reading> Outputs(Attempt attempt) => attempt.Outputs.Select(o => new RecordRead(
        Output(attempt.Number, o.Key) with { State = attempt.State, EndedAt = attempt.EndedAt, RowsWritten = o.Value.Rows }));

    private RunOutput Output(int attempt, string dataset) => new()
    {
        Pipeline = Job,
        RunId = runId,
        Attempt = attempt,
        Dataset = dataset,
        Source = OpenLineageSource.SourceName,
        UpdatedAt = version,
    };

    private IEnumerable<Reading> Lineage() =>
        from upstream in events.SelectMany(e => e.Inputs ?? []).Distinct()
        from downstream in events.SelectMany(e => e.Outputs ?? []).Select(o => o.Dataset).Distinct()
        where upstream != downstream
        select new RecordRead(LineageEvents.Edge(upstream, downstream, events[0].At));

    /// <summary>A run that starts again after it has ended makes another attempt.</summary>
    private List<Attempt> Attempts()
    {
        var found = new List<Attempt>();
        var current = new Attempt(events.Select(e => e.Try).FirstOrDefault(t => t is not null) ?? 1);
        foreach (var happened in events)
        {
            if (happened.Type == "START" && current is { HasStarted: true, EndedAt: not null })
            {
                found.Add(current);
                current = new Attempt(current.Number + 1);
            }

            current.Add(happened);
        }

        if (events.Count > 0) found.Add(current);
        return found;
    }

    /// <summary>
    /// A task's failed try is a failed attempt of the whole run: the next try begins the next. Systems that tell of tries do not tell
    /// of such attempts.
    /// </summary>
    private List<Attempt> WithTries()
    {
        var failed = tries.Where(t => t.FailedAt is not null).GroupBy(t => t.Number).ToDictionary(t => t.Key, t => t.MaxBy(x => x.FailedAt)!);
        var last = tries.Count == 0 ? 1 : tries.Max(t => t.Number);
        if (attempts.Count != 1 || last <= 1) return attempts;
        var whole = attempts[0];
        var all = new List<Attempt>();
        var started = whole.StartedAt;
        foreach (var number in failed.Keys.Where(n => n < last).Order())
        {
            all.Add(new Attempt(number) { StartedAt = started, EndedAt = failed[number].FailedAt, State = RunState.Failed, Error = failed[number].Error });
            started = failed[number].FailedAt;
        }

        whole.Number = all.Count == 0 ? 1 : last;
        if (all.Count > 0) whole.StartedAt = started;
        all.Add(whole);
        return all;
    }

    private static long? Sum(IEnumerable<long?> values)
    {
        var known = values.OfType<long>().ToList();
        return known.Count == 0 ? null : known.Sum();
    }

    private static int Order(string? type) => type switch { "START" => 0, "COMPLETE" or "FAIL" or "ABORT" => 2, _ => 1 };

    private sealed class Attempt(int number)
    {
        private bool hasStart;

        public int Number { get; set; } = number;

        public bool HasStarted => hasStart;

        public DateTimeOffset? StartedAt { get; set; }

        public DateTimeOffset? EndedAt { get; set; }

        public RunState State { get; set; } = RunState.Unknown;

        public string? Error { get; set; }

        public SortedDictionary<string, RunEventOutput> Outputs { get; } = new(StringComparer.Ordinal);

        /// <summary>Events come in the order of their time.</summary>
        public void Add(RunEvent happened)
        {
            // Without a START the first word of it is the earliest that is known.
            if (happened.Type == "START" && !hasStart) (StartedAt, hasStart) = (happened.At, true);
            StartedAt ??= happened.At;
            Error = happened.Error ?? Error;
            foreach (var output in happened.Outputs ?? [])
            {
                var known = Outputs.GetValueOrDefault(output.Dataset);
                Outputs[output.Dataset] = output with { Rows = output.Rows ?? known?.Rows, Bytes = output.Bytes ?? known?.Bytes };
            }

            if (happened.IsEnd)
            {
                EndedAt = happened.At;
                State = happened switch
                {
                    { Type: "FAIL" } or { Failed: true } => RunState.Failed,
                    { Type: "ABORT" } => RunState.Cancelled,
                    _ => RunState.Success,
                };
            }
            else if (EndedAt is null && happened.Type is "START" or "RUNNING")
            {
                State = RunState.Running;
            }

            // Clocks differ: an end before the start happened at the start.
            if (EndedAt < StartedAt) EndedAt = StartedAt;
        }
    }
}
