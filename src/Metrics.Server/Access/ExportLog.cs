using System.Threading.Channels;
using Metrics.Storage;
using Npgsql;

namespace Metrics.Server.Access;

/// <summary>
/// Notes every export (CSV, JSON Lines, PDF) in the audit log. They are written some seconds later, several at once: a commit for each
/// would cost every reader the answers that are remembered until something is written. What is noted when the service is stopped
/// in order is written before it ends.
/// </summary>
internal sealed class ExportLog(NpgsqlDataSource database, TimeProvider clock, ILogger<ExportLog> log) : BackgroundService
{
    private const string Action = "data.exported";

    /// <summary>Exports that can wait to be written; with more, the next ones wait.</summary>
    private const int MostWaiting = 10_000;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private static readonly string[] Exports = ["text/csv", "application/jsonl", "application/x-ndjson", "application/pdf"];
    private readonly Channel<Export> waiting = Channel.CreateBounded<Export>(MostWaiting);

    /// <summary>The middleware: whatever answers with such a content is an export, whichever endpoint it is.</summary>
    public async Task NoteAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        finally
        {
            var response = context.Response;
            if (response.StatusCode == StatusCodes.Status200OK && !HttpMethods.IsHead(context.Request.Method)
                && response.ContentType is { } type && Array.Exists(Exports, e => type.StartsWith(e, StringComparison.OrdinalIgnoreCase)))
            {
                await waiting.Writer.WriteAsync(new Export(
                    clock.GetUtcNow(), context.User.Identity?.Name ?? "nobody", context.Request.Path, context.Request.QueryString.ToString(), type.Split(';')[0]));
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(Pause, TimeProvider.System, stoppingToken);
            }
            catch (OperationCanceledException)
            {
                break;
            }

            await WriteAsync(CancellationToken.None);
        }
    }

    /// <summary>Endpoints have answered by now; what they have noted is written.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await WriteAsync(cancellationToken);
        if (waiting.Reader.Count > 0) log.LogError("{Count} exports could not be written to the audit log", waiting.Reader.Count);
    }

    /// <summary>All that wait, in one transaction; none of them leaves the line before it is written.</summary>
    internal async Task WriteAsync(CancellationToken cancellation)
    {
        if (waiting.Reader.Count == 0) return;
        var batch = new List<Export>();
        while (waiting.Reader.TryRead(out var export)) batch.Add(export);
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellation);
            await using var transaction = await connection.BeginTransactionAsync(cancellation);
            foreach (var export in batch)
                await AuditLog.AppendAsync(connection, export.At, export.By, Action, export.Path, new { export.Query, export.Format }, cancellation);
            await transaction.CommitAsync(cancellation);
        }
        catch (Exception failure) when (failure is NpgsqlException or StorageException or IOException or OperationCanceledException)
        {
            log.LogWarning(failure, "Exports could not be written to the audit log; trying again");
            foreach (var export in batch) waiting.Writer.TryWrite(export);
        }
    }

    private sealed record Export(DateTimeOffset At, string By, string Path, string Query, string Format);
}
