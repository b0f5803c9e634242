namespace Metrics.Tests.Kpis.Reference;

/// <summary>One observation. Of a mean or median <see cref="Value"/> counts, else numerator and denominator.</summary>
public sealed record Seen(DateTimeOffset At, IReadOnlyList<string> Datasets)
{
    public double Numerator { get; init; }
    public double Denominator { get; init; } = 1;
    public double Value { get; init; }
    public string? Team { get; init; }

    /// <summary>The moment at which the catalogue is read, if not <see cref="At"/>.</summary>
    public DateTimeOffset? AsOf { get; init; }

    public string? Service { get; init; }
    public string? Unit { get; init; }
    public string? Measure { get; init; }
    public string? StakeholderGroup { get; init; }

    /// <summary>Its amount cannot be told.</summary>
    public bool Unknown { get; init; }

    /// <summary>People behind it.</summary>
    public double People { get; init; } = 1;
}

/// <summary>A stretch of time to observe, with the facts known at <see cref="Now"/>.</summary>
public sealed record Window(DateTimeOffset From, DateTimeOffset To, DateTimeOffset Now)
{
    public bool Contains(DateTimeOffset? at) => at >= From && at < To;

    /// <summary>Its period is not over, or is compared with one that is not.</summary>
    public bool Partial { get; init; }

    /// <summary>The moment as of which a day is seen: a day that the window cuts short is seen as of the window's end.</summary>
    public DateTimeOffset AsOf(DateTimeOffset endOfDay) => endOfDay <= To ? Now : To;
}

/// <summary>
/// The KPIs from their definitions, in memory, plainly and slowly. Written from the catalogue of definitions and not from the
/// product's SQL, so that a mistake has to be made twice to go unseen.
/// </summary>
public sealed partial class ReferenceKpis(Company company, ReferenceCalendar calendar, string zone)
{
    public IEnumerable<Seen> Observations(string kpi, Window window) => kpi switch
    {
        "pr_cycle_time" => PullRequests(window),
        "pipeline_success_rate" => Runs(window, eventually: false),
        "pipeline_eventual_success" => Runs(window, eventually: true),
        "freshness_adherence" => Freshness(window),
        "incident_rate" => Incidents(window),
        "mttr_sev1" => Resolved(window, 1, (from, to) => (to - from).TotalHours),
        "mttr_sev2" => Resolved(window, 2, calendar.BusinessDays),
        "postmortem_action_closure" => Actions(window),
        "check_coverage" => CheckCoverage(window.To),
        "documentation_completeness" => Documentation(window.To),
        "open_incidents" => OpenIncidents(window.To),
        "unit_cost" => Costs(window).Concat(Units(window)),
        "compute_utilisation" => Compute(window),
        "data_downtime" => Downtime(window),
        "time_to_detect" => Detected(window),
        "time_to_resolve" => new[] { 1, 2, 3 }.SelectMany(s => Resolved(window, s, (from, to) => (to - from).TotalHours)),
        "product_adoption" => Adoption(window),
        "monthly_active_users" => ActiveUsers(window),
        "unused_datasets" => Unused(window.To),
        "datasets_never_loaded" => NeverLoaded(window.To),
        "datasets_meeting_freshness" => MeetingFreshness(window),
        "stakeholder_satisfaction" => Satisfaction(window),
        "survey_response_rate" => ResponseRate(window),
        "voluntary_attrition" => Attrition(window),
        "engagement" => Engagement(window),
        "growth_plan_coverage" => GrowthPlans(window),
        "oldest_open_incident" => Oldest(OpenIncidents(window.To)),
        "time_to_first_review" => FirstReviews(window),
        "lead_time_for_changes" => LeadTimes(window),
        "change_failure_rate" => ChangeFailures(window),
        "roadmap_predictability" => Roadmap(window),
        "backfill_time" => Backfills(window),
        "defect_escape_rate" => Escapes(window),
        "alert_actionability" => Alerts(window),
        "postmortem_completion" => Postmortems(window),
        "schema_change_notice" => Notices(window),
        "access_turnaround" => AccessDecisions(window),
        "pending_access_requests" => PendingRequests(window.To),
        "oldest_access_request" => Oldest(PendingRequests(window.To)),
        "access_review_completion" => AccessReviews(window),
        "classification_coverage" => Classification(window.To),
        "time_to_fill" => Filled(window),
        "offer_acceptance" => Offers(window),
        _ => throw new ArgumentOutOfRangeException(nameof(kpi), kpi, "No reference."),
    };

    /// <summary>KPI 3.</summary>
    private IEnumerable<Seen> PullRequests(Window window) =>
        from pull in company.PullRequests
        where window.Contains(pull.MergedAt) && pull.AuthorIsBot != true && pull.IsDataCode != false
        let ready = pull.DraftUntil ?? pull.OpenedAt
        where ready <= pull.MergedAt
        select new Seen(pull.MergedAt!.Value, []) { Team = pull.Team, Value = (pull.MergedAt.Value - ready.Value).TotalDays };

    /// <summary>KPI 4 and the eventual success shown beside it.</summary>
    private IEnumerable<Seen> Runs(Window window, bool eventually) =>
        from run in company.PipelineRuns.GroupBy(r => (r.Pipeline, r.RunId))
        let first = run.OrderBy(a => a.Attempt ?? int.MinValue).First()
        let at = first.ScheduledFor ?? first.StartedAt
        where window.Contains(at)
            && first.Trigger is null or "scheduled" or "event"
            && first.State is "success" or "failed"
        let succeeded = eventually ? run.Any(a => a.State == "success") : first.State == "success"
        let pipeline = company.Pipelines.Find(p => p.Pipeline == first.Pipeline)
        select new Seen(at.Value, DatasetsOf(first)) { Team = pipeline?.Team, Numerator = succeeded ? 1 : 0 };

    /// <summary>KPI 6.</summary>
    private IEnumerable<Seen> Incidents(Window window) =>
        from incident in company.Incidents
        let at = incident.DetectedAt ?? incident.StartedAt
        where window.Contains(at)
            && incident.Severity is 1 or 2
            && incident.Cause is null or "data_platform" or "change" or "unknown"
            && incident.Status is not ("false_alarm" or "duplicate")
        select new Seen(at.Value, incident.Datasets) { Team = incident.Team, Numerator = 1 };

    /// <summary>KPIs 7a and 7b.</summary>
    private IEnumerable<Seen> Resolved(Window window, int severity, Func<DateTimeOffset, DateTimeOffset, double> duration) =>
        from incident in company.Incidents
        let start = incident.StartedAt ?? incident.DetectedAt
        where incident.Severity == severity && incident.Status == "resolved" && window.Contains(incident.ResolvedAt) && start is not null
        select new Seen(incident.ResolvedAt!.Value, incident.Datasets)
        {
            Team = incident.Team,
            Value = duration(start.Value, incident.ResolvedAt.Value),
        };

    /// <summary>KPI 8.</summary>
    private IEnumerable<Seen> Actions(Window window) =>
        from action in company.PostmortemActions
        where action.DueOn is not null && action.Status != "cancelled"
        let due = action.DueOn ?? default
        let at = calendar.StartOf(due)
        let today = calendar.DayOf(window.AsOf(calendar.StartOf(due.AddDays(1))))
        where window.Contains(at) && due < today
        let incident = company.Incidents.Find(i => i.IncidentId == action.IncidentId)
        select new Seen(at, incident?.Datasets ?? [])
        {
            Team = incident?.Team,
            Numerator = action.CompletedOn <= due ? 1 : 0,
        };

    /// <summary>KPI 9.</summary>
    private IEnumerable<Seen> CheckCoverage(DateTimeOffset end) =>
        from version in InForceBefore(end)
        where version.Tier is 0 or 1 && version.Lifecycle is null or "active"
        let required = version.RequiredChecks.Count > 0 ? version.RequiredChecks
            : version.Tier == 0 ? ["schema", "uniqueness", "referential", "volume"]
            : ["schema", "uniqueness"]
        let covered = required.All(kind => company.Checks.Exists(check =>
            check.Dataset == version.Dataset && check.Kind == kind && check.Enabled != false
            && company.CheckResults.Exists(result => result.CheckId == check.CheckId
                && result.RunAt >= end - 35 * TimeSpan.FromHours(24) && result.RunAt < end
                && result.Status is "pass" or "warn" or "fail")))
        select new Seen(end.AddMicroseconds(-1), [version.Dataset]) { Numerator = covered ? 1 : 0 };

    /// <summary>KPI 17.</summary>
    private IEnumerable<Seen> Documentation(DateTimeOffset end) =>
        from version in InForceBefore(end)
        where version.Tier is 0 or 1 && version.Lifecycle is null or "active"
        let complete = version.Team is not null
            && (version.FreshnessMaxAge is not null || version.FreshnessDeadline is not null || version.SlaUrl is not null)
            && (version.Description is not null || version.DefinitionUrl is not null)
            && company.Lineage.Exists(edge =>
                edge.Upstream != edge.Downstream && (edge.ValidFrom is null || edge.ValidFrom < end)
                && (edge.Upstream == version.Dataset || edge.Downstream == version.Dataset))
        select new Seen(end.AddMicroseconds(-1), [version.Dataset]) { Numerator = complete ? 1 : 0 };

    private IEnumerable<DatasetRow> InForceBefore(DateTimeOffset end) =>
        company.Datasets.Select(d => d.Dataset).Distinct()
            .Select(d => company.InForce(d, end.AddMicroseconds(-1)))
            .OfType<DatasetRow>();

    /// <summary>A run without datasets of its own has those of its pipeline.</summary>
    private IReadOnlyList<string> DatasetsOf(PipelineRunRow run) =>
        run.Datasets.Count > 0 ? run.Datasets : company.Pipelines.Find(p => p.Pipeline == run.Pipeline)?.Datasets ?? [];
}
