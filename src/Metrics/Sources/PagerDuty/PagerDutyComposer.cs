using System.Text.RegularExpressions;
using Metrics.Model.Facts;

namespace Metrics.Sources.PagerDuty;

/// <summary>Makes an incident of all that is known of it.</summary>
internal static partial class PagerDutyComposer
{
    public static IEnumerable<Reading> Compose(IReadOnlyList<FragmentSeen> fragments, ReadContext context)
    {
        // Log entries may come before their incident.
        if (fragments.FirstOrDefault(f => f.Name == "state") is not { } latest) yield break;
        var state = Fragments.Body<IncidentState>(latest);
        var raw = new RawAttributes
        {
            { "service", (string?[])[state.Service, state.ServiceId] }, { "team", state.Teams }, { "policy", state.Policy },
            { "priority", state.Priority }, { "urgency", state.Urgency }, { "title", state.Title },
        };
        var detected = Moments(fragments, "trigger").Min() ?? state.Created;

        // PagerDuty does not say when the impact began; an incident that somebody opens is created a moment after its trigger.
        var started = detected < state.Created ? detected : state.Created;
        var resolved = state.Status == "resolved" ? Moments(fragments, "resolve").Append(state.Resolved).Max() ?? latest.Version : (DateTimeOffset?)null;
        var record = new Incident
        {
            IncidentId = state.Id,
            Title = state.Title,
            Severity = Severity(state, raw, context.Mapping),
            Status = context.Mapping.Match("status", raw, out var status) ? Word<IncidentStatus>(status) : state switch
            {
                { Status: not "resolved" } => IncidentStatus.Open,
                { IsMerged: true } => IncidentStatus.Duplicate,
                _ => IncidentStatus.Resolved,
            },
            Datasets = context.Mapping.Apply("dataset", raw)?.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [],
            Team = context.Mapping.Match("team", raw, out var team) ? team : (state.Teams.Count > 0 ? state.Teams[0] : state.Service),
            StartedAt = started,
            DetectedAt = detected,
            AcknowledgedAt = Moments(fragments, "acknowledge").Min(),
            ResolvedAt = resolved,
            DetectedBy = Word<DetectedBy>(context.Mapping.Apply("detected_by", raw)),
            Cause = Word<IncidentCause>(context.Mapping.Apply("cause", raw)),
            Source = PagerDutySource.SourceName,
            UpdatedAt = fragments.Max(f => f.Version),
        };
        yield return record.Fault() is { } fault ? new RecordRejected(state.Id, state.Id, fault) : new RecordRead(record);
    }

    private static IEnumerable<DateTimeOffset?> Moments(IReadOnlyList<FragmentSeen> fragments, string what) =>
        fragments.Where(f => f.Name.StartsWith($"{what} ", StringComparison.Ordinal)).Select(f => (DateTimeOffset?)f.Version);

    /// <summary>By a rule; else the digit of the priority (P1, SEV-2); else high urgency is 2 and low 4.</summary>
    private static int? Severity(IncidentState state, RawAttributes raw, Mapping mapping)
    {
        if (mapping.Match("severity", raw, out var mapped)) return mapped is [>= '1' and <= '5'] ? mapped[0] - '0' : null;
        if (Digit().Match(state.Priority ?? "") is { Success: true } priority) return priority.ValueSpan[0] - '0';
        return state.Urgency switch { "high" => 2, "low" => 4, _ => null };
    }

    private static T? Word<T>(string? word) where T : struct, Enum => word is not null && FactWords.Find(typeof(T), word) is T found ? found : null;

    [GeneratedRegex("(?<![0-9])[1-5](?![0-9])")]
    private static partial Regex Digit();
}
