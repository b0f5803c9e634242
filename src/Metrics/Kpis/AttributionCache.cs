using Metrics.Storage;
using Npgsql;

namespace Metrics.Kpis;

/// <summary>The catalogue of one database, read again only after it has changed. Thread-safe.</summary>
internal sealed class AttributionCache
{
    private volatile Known? known;

    /// <summary>The catalogue as the caller's transaction sees it.</summary>
    public async Task<Attribution> GetAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var revision = (await connection.QueryPreparedAsync("select revision from catalog.revision", r => r.GetGuid(0), cancellation))[0];
        if (known is { } last && last.Revision == revision) return last.Attribution;
        var read = new Known(revision, await Attribution.LoadAsync(connection, cancellation));
        known = read;
        return read.Attribution;
    }

    private sealed record Known(Guid Revision, Attribution Attribution);
}
