using Metrics.Sources;
using Metrics.Storage;
using Metrics.Storage.Ingestion;
using Npgsql;

namespace Metrics.Sync;

/// <summary>What became of one pull or sweep of a connection.</summary>
/// <param name="Title">The connection.</param>
public sealed record SyncReport(string Title)
{
    /// <summary>Another process was at it; nothing was done.</summary>
    public bool IsBusy { get; init; }

    /// <summary>Why it failed; null where it ended well. What was written before is kept.</summary>
    public string? Error { get; init; }

    /// <summary>True where somebody must change something before it can succeed.</summary>
    public bool IsTerminal { get; init; }

    /// <summary>Pages read, or parts swept.</summary>
    public int Pages { get; init; }

    public long New { get; init; }
    public long Changed { get; init; }
    public long Same { get; init; }
    public long Rejected { get; init; }

    internal SyncReport With(BatchReport batch) => this with
    {
        New = New + batch.New,
        Changed = Changed + batch.Changed,
        Same = Same + batch.Same,
        Rejected = Rejected + batch.Rejected,
    };
}

/// <summary>
/// Pulls and sweeps connections: one run at a time per connection across processes, every page landed and written with its
/// cursor and coverage before the next is asked for.
/// </summary>
public sealed class SyncRunner(NpgsqlDataSource database, Importer importer, Ingest ingest, TimeProvider clock, Patience? patience = null)
{
    private static readonly TimeSpan DefaultHistory = TimeSpan.FromDays(548);
    private static readonly TimeSpan FirstBackOff = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromHours(6);

    private readonly ConnectionStore store = new(database);

    /// <summary>Pulls what is new. Failures are reported and kept with the connection, not thrown.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<SyncReport> PullAsync(ConfiguredConnection configured, Action<string>? say = null, CancellationToken cancellation = default) =>
        GuardedAsync(configured, async report =>
        {
            var connection = configured.Connection;
            var source = (IPullSource)connection.Source;
            await store.BeginAsync(source.Name, connection.Name, clock.GetUtcNow(), cancellation);
            using var http = SourceHttp.Create(connection, clock, patience);
            var context = await ContextAsync(configured, http, say, cancellation);
            await foreach (var page in source.PullAsync(context, cancellation))
            {
                report.Value = report.Value with { Pages = report.Value.Pages + 1 };
                if (await WriteAsync(configured, page, cancellation) is { } batch) report.Value = report.Value.With(batch);
                say?.Invoke($"{report.Value.Pages} pages, {report.Value.New + report.Value.Changed + report.Value.Same} records");
            }

            await store.SucceedAsync(source.Name, connection.Name, clock.GetUtcNow(), cancellation);
        }, cancellation);

    /// <summary>Lists what exists and marks what does not. Failures are reported, not thrown.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<SyncReport> SweepAsync(ConfiguredConnection configured, Action<string>? say = null, CancellationToken cancellation = default) =>
        GuardedAsync(configured, async report =>
        {
            var connection = configured.Connection;
            var source = (ISweepSource)connection.Source;
            using var http = SourceHttp.Create(connection, clock, patience);
            var context = await ContextAsync(configured, http, say, cancellation);
            var since = clock.GetUtcNow();
            await foreach (var part in source.SweepAsync(context, cancellation))
            {
                var batch = await ingest.SweepAsync(source.Name, connection.Name, part.Part, part.Existing, since, cancellation);
                report.Value = report.Value.With(batch) with { Pages = report.Value.Pages + 1 };
            }

            await store.SweptAsync(source.Name, connection.Name, clock.GetUtcNow(), cancellation);
        }, cancellation);

    /// <summary>Asks whether address, credentials and rights are as they must be; what the source says of it.</summary>
    /// <exception cref="SourceException">They are not.</exception>
    public async Task<string> TestAsync(ConfiguredConnection configured, CancellationToken cancellation = default)
    {
        var connection = configured.Connection;
        if (connection.Source is not IPullSource source) return "is not pulled; files and pushes need no test";
        using var http = SourceHttp.Create(connection, clock, patience ?? new Patience { Retries = 1, LongestWait = TimeSpan.FromSeconds(10) });
        return await source.TestAsync(await ContextAsync(configured, http, null, cancellation), cancellation);
    }

    /// <summary>How long one waits after so many failures in a row: doubling from a minute to six hours.</summary>
    public static TimeSpan BackOff(int failures) =>
        failures > 10 ? LongestBackOff : TimeSpan.FromTicks(Math.Min(LongestBackOff.Ticks, FirstBackOff.Ticks << Math.Max(0, failures - 1)));

    private async Task<BatchReport?> WriteAsync(ConfiguredConnection configured, Page page, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var grace = configured.Grace(now);
        if (page.Payload is { } payload)
            return await importer.WriteAsync(
                configured.Connection, payload, new Delivery(IngestWay.Pull) { Cursor = page.Cursor, Covered = page.Covered, Grace = grace }, cancellation);
        await store.MoveAsync(configured.Connection.Source.Name, configured.Connection.Name, page.Cursor, page.Covered, grace, now, cancellation);
        return null;
    }

    private async Task<PullContext> ContextAsync(
        ConfiguredConnection configured, HttpClient http, Action<string>? say, CancellationToken cancellation)
    {
        var connection = configured.Connection;
        if (configured.MissingVariables is { Count: > 0 } missing)
            throw new TerminalSourceException(
                $"{(missing.Count == 1 ? "The environment variable" : "The environment variables")} {string.Join(", ", missing)} " +
                $"{(missing.Count == 1 ? "is" : "are")} not set; {configured.Title} in sources.yaml needs {(missing.Count == 1 ? "it" : "them")}.");
        return new PullContext
        {
            Connection = connection,
            Http = http,
            Clock = clock,
            Addresses = new Addresses(connection.AllowPrivateAddresses),
            CursorText = (await store.LoadAsync(connection.Source.Name, connection.Name, cancellation)).Cursor,
            Since = connection.Since ?? clock.GetUtcNow() - DefaultHistory,
            Say = say ?? (_ => { }),
        };
    }

    /// <summary>Runs while holding the connection's lock, in a session of its own that a killed process loses by itself.</summary>
    private async Task<SyncReport> GuardedAsync(ConfiguredConnection configured, Func<Box, Task> run, CancellationToken cancellation)
    {
        var report = new Box { Value = new SyncReport(configured.Title) };
        await using var session = await database.OpenConnectionAsync(cancellation);
        var name = $"sync {configured.Title}";
        if (!await session.ScalarAsync<bool>("select pg_try_advisory_lock(hashtextextended($1, 0))", cancellation, name))
            return report.Value with { IsBusy = true };
        try
        {
            await run(report);
        }
        catch (SourceException failure)
        {
            var error = await FailAsync(configured, failure);
            report.Value = report.Value with { Error = error, IsTerminal = failure is not TransientSourceException };
        }
        catch (Exception failure) when (failure is not OperationCanceledException && StorageException.Of(failure, configured.Title) is null)
        {
            // A source that stumbles over an answer must not end the service; its message says where.
            await FailAsync(configured, new SourceException($"{failure.GetType().Name}: {failure.Message}", failure));
            report.Value = report.Value with { Error = $"{failure.GetType().Name}: {failure.Message}", IsTerminal = true };
        }
        finally
        {
            await session.ExecuteAsync("select pg_advisory_unlock(hashtextextended($1, 0))", CancellationToken.None, name);
        }

        return report.Value;
    }

    private async Task<string> FailAsync(ConfiguredConnection configured, SourceException failure)
    {
        var (source, name) = (configured.Connection.Source.Name, configured.Connection.Name);
        var now = clock.GetUtcNow();
        var failures = (await store.LoadAsync(source, name)).Failures + 1;
        var retryAt = now + BackOff(failures);
        if (failure is TransientSourceException { RetryAt: { } asked } && asked > retryAt) retryAt = asked;
        await store.FailAsync(source, name, now, failure.Message, failure is not TransientSourceException, retryAt);
        return failure.Message;
    }

    private sealed class Box
    {
        public required SyncReport Value { get; set; }
    }
}
