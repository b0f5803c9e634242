using Metrics.Model.Facts;

namespace Metrics.Sources.Opsgenie;

/// <summary>Makes an incident or an alert of all that is known of it.</summary>
internal static class OpsgenieComposer
{
    public static IEnumerable<Reading> Compose(IReadOnlyList<FragmentSeen> fragments, ReadContext context) =>
        fragments[0].Entity.StartsWith("alert ", StringComparison.Ordinal) ? Alert(fragments, context) : Incident(fragments, context);

    private static IEnumerable<Reading> Incident(IReadOnlyList<FragmentSeen> fragments, ReadContext context)
    {
        // A timeline may come before its incident. What the API says is whole, what a webhook says is not but may be newer.
        var seen = fragments.Where(f => f.Name is "state" or "pushed").OrderBy(f => f.Version).ThenBy(f => f.Rank).ThenBy(f => f.Name).ToList();
        if (seen.Count == 0) yield break;
        var latest = seen[^1];
        var now = Fragments.Body<IncidentState>(latest);
        var state = Fragments.Body<IncidentState>(seen.Find(f => f.Name == "state") ?? latest);
        var raw = new RawAttributes
        {
            { "title", state.Title }, { "priority", state.Priority }, { "tag", state.Tags }, { "service", state.Services },
            { "owner_team", state.OwnerTeam }, { "team", state.Teams },
        };
        var isOver = now.Status is "resolved" or "closed";
        var record = new Incident
        {
            IncidentId = state.Id,
            Title = state.Title,
            Severity = Severity(state.Priority, raw, context.Mapping),
            Status = context.Mapping.Match("status", raw, out var status) ? Word<IncidentStatus>(status)
                : isOver ? IncidentStatus.Resolved : IncidentStatus.Open,
            Datasets = Datasets(raw, state.Tags, context.Mapping),
            Team = context.Mapping.Match("team", raw, out var team) ? team : state.OwnerTeam ?? (state.Teams.Count > 0 ? state.Teams[0] : null),
            StartedAt = state.ImpactStart ?? state.Created,
            DetectedAt = state.Created,
            AcknowledgedAt = Moments(fragments, "acknowledged").Min(),
            ResolvedAt = isOver
                ? Moments(fragments, "resolved").Max() ?? Moments(fragments, "closed").Max() ?? now.ImpactEnd ?? latest.Version
                : null,
            DetectedBy = Word<DetectedBy>(context.Mapping.Apply("detected_by", raw)),
            Cause = Word<IncidentCause>(context.Mapping.Apply("cause", raw)),
            Source = OpsgenieSource.SourceName,
            UpdatedAt = fragments.Max(f => f.Version),
            Deleted = now.Gone,
        };
        yield return record.Fault() is { } fault ? new RecordRejected(state.Id, state.Id, fault) : new RecordRead(record);
    }

    private static IEnumerable<Reading> Alert(IReadOnlyList<FragmentSeen> fragments, ReadContext context)
    {
        // What the API says is whole, what a webhook says is not.
        var pushed = fragments.FirstOrDefault(f => f.Name == "pushed") is { } p ? Fragments.Body<AlertState>(p) : null;
        var pulled = fragments.FirstOrDefault(f => f.Name == "state") is { } s ? Fragments.Body<AlertState>(s) : null;
        if ((pulled ?? pushed) is not { } state) yield break;
        var raw = new RawAttributes
        {
            { "title", state.Title }, { "priority", state.Priority }, { "tag", state.Tags }, { "entity", state.Entity }, { "alias", state.Alias },
            { "integration", state.Integration }, { "team", state.Teams },
        };
        var acknowledged = Moments(fragments, "acknowledged").Append(pulled?.Acknowledged).Min();
        yield return new RecordRead(new Alert
        {
            AlertId = state.Id,
            Dataset = Datasets(raw, state.Tags, context.Mapping) is { Length: > 0 } datasets ? datasets[0] : null,
            RaisedAt = state.Created,
            AcknowledgedAt = acknowledged,
            ActionTaken = acknowledged is not null || pulled?.IsAcknowledged == true,
            IncidentId = context.Mapping.Apply("incident", raw),
            Source = OpsgenieSource.SourceName,
            UpdatedAt = fragments.Max(f => f.Version),
            Deleted = pushed?.Gone == true,
        });
    }

    private static IEnumerable<DateTimeOffset?> Moments(IReadOnlyList<FragmentSeen> fragments, string what) =>
        fragments.Where(f => f.Name.StartsWith($"{what} ", StringComparison.Ordinal)).Select(f => (DateTimeOffset?)f.Version);

    private static int? Severity(string? priority, RawAttributes raw, Mapping mapping)
    {
        var text = mapping.Match("severity", raw, out var mapped) ? mapped : priority?.TrimStart('P', 'p');
        return text is [>= '1' and <= '5'] ? text[0] - '0' : null;
    }

    private static string[] Datasets(RawAttributes raw, IReadOnlyList<string> tags, Mapping mapping) =>
        mapping.Match("dataset", raw, out var mapped)
            ? mapped?.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? []
            : [.. tags.Where(t => t.StartsWith("dataset:", StringComparison.OrdinalIgnoreCase)).Select(t => t["dataset:".Length..].Trim()).Where(t => t.Length > 0)];

    private static T? Word<T>(string? word) where T : struct, Enum => word is not null && FactWords.Find(typeof(T), word) is T found ? found : null;
}
