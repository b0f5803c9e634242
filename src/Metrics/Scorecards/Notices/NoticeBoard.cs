using Metrics.Model.Facts;
using Metrics.Storage;
using Npgsql;

namespace Metrics.Scorecards.Notices;

/// <summary>Takes notices in, each once, and keeps them for the channels that they are for until they are delivered.</summary>
public sealed class NoticeBoard(NpgsqlDataSource database, IReadOnlyList<INoticeChannel> channels)
{
    /// <summary>Whether anybody is told anything.</summary>
    public bool HasChannels => channels.Count > 0;

    /// <summary>Posts a notice unless one with its key was posted before.</summary>
    /// <returns>Whether it is new.</returns>
    public async Task<bool> PostAsync(Notice notice, CancellationToken cancellation = default)
    {
        var takers = channels.Where(c => c.Takes(notice.Kind)).Select(c => c.Name).ToArray();
        if (takers.Length == 0) return false;

        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await connection.ExecuteAsync(
            """
            with posted as (
              insert into notify.notice (key, kind, title, detail, link, at) values ($1, $2, $3, $4, $5::text, $6) on conflict (key) do nothing returning notice)
            insert into notify.outbox (notice, channel, state, not_before) select notice, unnest($7::text[]), 'queued', $6 from posted
            """, cancellation, notice.Key, FactWords.Of(notice.Kind), notice.Title, notice.Detail, notice.Link?.ToString(), notice.At, takers) > 0;
    }
}
