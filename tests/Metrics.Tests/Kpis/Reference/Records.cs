namespace Metrics.Tests.Kpis.Reference;

// The canonical records as the catalogue page lists them: a property is a column, in snake case.

public sealed record TeamRow(string Team)
{
    public string? Domain { get; init; }
}

public sealed record DatasetRow(string Dataset, DateTimeOffset? ValidFrom)
{
    public int? Tier { get; init; }
    public string? Team { get; init; }
    public string? Domain { get; init; }
    public string? Description { get; init; }
    public string? DefinitionUrl { get; init; }
    public TimeSpan? FreshnessMaxAge { get; init; }
    public TimeOnly? FreshnessDeadline { get; init; }
    public IReadOnlyList<string> FreshnessDays { get; init; } = [];
    public string? FreshnessTimezone { get; init; }
    public string? SlaUrl { get; init; }
    public string? Lifecycle { get; init; }
    public string? Classification { get; init; }
    public IReadOnlyList<string> RequiredChecks { get; init; } = [];
    public string? DataProduct { get; init; }
}

public sealed record LineageRow(string Upstream, string Downstream)
{
    public DateTimeOffset? ValidFrom { get; init; }
}

public sealed record PipelineRow(string Pipeline)
{
    public string? Team { get; init; }
    public IReadOnlyList<string> Datasets { get; init; } = [];
}

public sealed record PipelineRunRow(string Pipeline, string RunId, int? Attempt)
{
    public DateTimeOffset? ScheduledFor { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public string? State { get; init; }
    public string? Trigger { get; init; }
    public IReadOnlyList<string> Datasets { get; init; } = [];
}

public sealed record RunOutputRow(string Pipeline, string RunId, int? Attempt, string Dataset)
{
    public string? State { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
}

public sealed record CheckRow(string CheckId)
{
    public string? Dataset { get; init; }
    public string? Kind { get; init; }
    public bool? Enabled { get; init; }
}

public sealed record CheckResultRow(string CheckId, DateTimeOffset RunAt)
{
    public string? Status { get; init; }
}

public sealed record IncidentRow(string IncidentId)
{
    public string? Title { get; init; }
    public int? Severity { get; init; }
    public string? Status { get; init; }
    public IReadOnlyList<string> Datasets { get; init; } = [];
    public string? Team { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? DetectedAt { get; init; }
    public DateTimeOffset? ResolvedAt { get; init; }
    public string? Cause { get; init; }
    public string? DetectedBy { get; init; }
    public DateTimeOffset? PostmortemPublishedAt { get; init; }
}

public sealed record PostmortemActionRow(string ActionId)
{
    public string? IncidentId { get; init; }
    public DateOnly? DueOn { get; init; }
    public DateOnly? CompletedOn { get; init; }
    public string? Status { get; init; }
}

public sealed record PullRequestRow(string Repository, string Number)
{
    public bool? AuthorIsBot { get; init; }
    public string? Team { get; init; }
    public DateTimeOffset? DraftUntil { get; init; }
    public DateTimeOffset? OpenedAt { get; init; }
    public DateTimeOffset? FirstReviewAt { get; init; }
    public DateTimeOffset? MergedAt { get; init; }
    public bool? IsDataCode { get; init; }
}

/// <summary>All the records of one organisation.</summary>
public sealed record Company
{
    public List<TeamRow> Teams { get; } = [];
    public List<DatasetRow> Datasets { get; } = [];
    public List<LineageRow> Lineage { get; } = [];
    public List<PipelineRow> Pipelines { get; } = [];
    public List<PipelineRunRow> PipelineRuns { get; } = [];
    public List<RunOutputRow> RunOutputs { get; } = [];
    public List<CheckRow> Checks { get; } = [];
    public List<CheckResultRow> CheckResults { get; } = [];
    public List<IncidentRow> Incidents { get; } = [];
    public List<PostmortemActionRow> PostmortemActions { get; } = [];
    public List<PullRequestRow> PullRequests { get; } = [];
    public List<CostRow> Costs { get; } = [];
    public List<UsageUnitRow> UsageUnits { get; } = [];
    public List<ComputeUsageRow> ComputeUsage { get; } = [];
    public List<ProductUsageRow> ProductUsage { get; } = [];
    public List<TeamMonthRow> TeamMonths { get; } = [];
    public List<SurveyResponseRow> SurveyResponses { get; } = [];
    public List<SurveyInvitationRow> SurveyInvitations { get; } = [];

    /// <summary>What currencies are worth in euro: a setting, not a record.</summary>
    public List<RateRow> Rates { get; } = [];
    public List<ChangeRow> Changes { get; } = [];
    public List<RoadmapItemRow> RoadmapItems { get; } = [];
    public List<BackfillRow> Backfills { get; } = [];
    public List<AlertRow> Alerts { get; } = [];
    public List<SchemaChangeRow> SchemaChanges { get; } = [];
    public List<AccessRequestRow> AccessRequests { get; } = [];
    public List<AccessReviewRow> AccessReviews { get; } = [];
    public List<RequisitionRow> Requisitions { get; } = [];

    /// <summary>As canonical CSV files.</summary>
    public (string File, string Text)[] Files() =>
    [
        ("teams.csv", Csv.Of(Teams)),
        ("datasets.csv", Csv.Of(Datasets)),
        ("lineage.csv", Csv.Of(Lineage)),
        ("pipelines.csv", Csv.Of(Pipelines)),
        ("pipeline_runs.csv", Csv.Of(PipelineRuns)),
        ("run_outputs.csv", Csv.Of(RunOutputs)),
        ("checks.csv", Csv.Of(Checks)),
        ("check_results.csv", Csv.Of(CheckResults)),
        ("incidents.csv", Csv.Of(Incidents)),
        ("postmortem_actions.csv", Csv.Of(PostmortemActions)),
        ("pull_requests.csv", Csv.Of(PullRequests)),
        ("costs.csv", Csv.Of(Costs)),
        ("usage_units.csv", Csv.Of(UsageUnits)),
        ("compute_usage.csv", Csv.Of(ComputeUsage)),
        ("product_usage.csv", Csv.Of(ProductUsage)),
        ("team_months.csv", Csv.Of(TeamMonths)),
        ("survey_responses.csv", Csv.Of(SurveyResponses)),
        ("survey_invitations.csv", Csv.Of(SurveyInvitations)),
        ("changes.csv", Csv.Of(Changes)),
        ("roadmap_items.csv", Csv.Of(RoadmapItems)),
        ("backfills.csv", Csv.Of(Backfills)),
        ("alerts.csv", Csv.Of(Alerts)),
        ("schema_changes.csv", Csv.Of(SchemaChanges)),
        ("access_requests.csv", Csv.Of(AccessRequests)),
        ("access_reviews.csv", Csv.Of(AccessReviews)),
        ("requisitions.csv", Csv.Of(Requisitions)),
    ];

    /// <summary>The same records in files of a third each, in any order.</summary>
    public IReadOnlyList<(string File, string Text)> Pieces(int seed)
    {
        var chance = new Chance(seed);
        var pieces = new List<(string File, string Text)>();
        Cut("teams.csv", Teams);
        Cut("datasets.csv", Datasets);
        Cut("lineage.csv", Lineage);
        Cut("pipelines.csv", Pipelines);
        Cut("pipeline_runs.csv", PipelineRuns);
        Cut("run_outputs.csv", RunOutputs);
        Cut("checks.csv", Checks);
        Cut("check_results.csv", CheckResults);
        Cut("incidents.csv", Incidents);
        Cut("postmortem_actions.csv", PostmortemActions);
        Cut("pull_requests.csv", PullRequests);
        Cut("costs.csv", Costs);
        Cut("usage_units.csv", UsageUnits);
        Cut("compute_usage.csv", ComputeUsage);
        Cut("product_usage.csv", ProductUsage);
        Cut("team_months.csv", TeamMonths);
        Cut("survey_responses.csv", SurveyResponses);
        Cut("survey_invitations.csv", SurveyInvitations);
        Cut("changes.csv", Changes);
        Cut("roadmap_items.csv", RoadmapItems);
        Cut("backfills.csv", Backfills);
        Cut("alerts.csv", Alerts);
        Cut("schema_changes.csv", SchemaChanges);
        Cut("access_requests.csv", AccessRequests);
        Cut("access_reviews.csv", AccessReviews);
        Cut("requisitions.csv", Requisitions);
        chance.Shuffle(pieces);
        return pieces;

        void Cut<T>(string file, List<T> rows)
        {
            var shuffled = rows.ToList();
            chance.Shuffle(shuffled);
            pieces.AddRange(shuffled.Chunk((rows.Count + 2) / 3).Select(piece => (file, Csv.Of(piece))));
        }
    }
}
