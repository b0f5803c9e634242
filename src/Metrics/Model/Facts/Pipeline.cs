namespace Metrics.Model.Facts;

/// <summary>A job that loads datasets.</summary>
[Fact("pipeline", "pipelines"), Catalogue(shared: false)]
public sealed record Pipeline : Fact
{
    [Key, Column("pipeline")] public required string Id { get; init; }
    public string? Name { get; init; }
    public string? Team { get; init; }

    /// <summary>A cron expression, a preset such as <c>@daily</c>, or empty.</summary>
    public string? Schedule { get; init; }

    /// <summary>The datasets it loads, unless a run says otherwise.</summary>
    public IReadOnlyList<string> Datasets { get; init; } = [];

    /// <summary>What runs it: airflow, dbt …</summary>
    public string? System { get; init; }
}
