using Metrics.GraphQL;
using Metrics.GraphQL.Execution;
using Metrics.Server.Hosting;

namespace Metrics.Server.Api.Records;

/// <summary>A connection to a source system, and how it does.</summary>
public sealed class Source
{
    private readonly ConnectionHealth health;

    internal Source(ConnectionHealth health) => this.health = health;

    /// <summary>The kind of system, such as pagerduty.</summary>
    public string SourceSystem => health.Source;

    /// <summary>Which instance of it; empty where there is only one.</summary>
    public string Connection => health.Connection;

    /// <summary>ok, new, late, retrying, or failing: somebody must change something.</summary>
    public string State => health.State;

    /// <summary>When it last delivered; null for never.</summary>
    public DateTimeOffset? LastSuccess => health.LastSuccess;

    /// <summary>The earliest end of what it covers; null where it covers nothing, or everything.</summary>
    public DateTimeOffset? VouchesUntil => health.VouchesUntil;

    /// <summary>Files, pages and events.</summary>
    public long Payloads => health.Payloads;

    /// <summary>New and changed records.</summary>
    public long Records => health.Records;

    /// <summary>Records that could not be read.</summary>
    public long Rejected => health.Rejected;

    /// <summary>Why the last pull failed; null where it succeeded.</summary>
    public string? Error => health.Error;

    /// <summary>The moment before which the next pull does not begin.</summary>
    public DateTimeOffset? RetryAt => health.RetryAt;

    /// <summary>What it has delivered, latest first.</summary>
    [UsePaging(AllowBackwardPagination = false), UseFiltering, UseSorting]
    public Task<Connection<IngestBatch>> GetBatchesAsync(PagingArguments page, ResolverContext context) =>
        context.PageAsync(page, $"{health.Source}\n{health.Connection}", (see, keys) =>
        {
            var sources = keys.Select(k => k.Split('\n')[0]).Distinct().ToList();
            return see.Batches.Where(b => sources.Contains(b.SourceSystem))
                .Select(b => new Related<string, IngestBatch> { Key = b.SourceSystem + "\n" + b.Connection, Row = b });
        });
}
