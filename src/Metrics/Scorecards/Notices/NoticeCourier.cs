using Metrics.Model.Facts;
using Metrics.Storage;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Metrics.Scorecards.Notices;

/// <summary>
/// Carries notices from the outbox to their channels, several in one message. A message that a killed process was at is carried
/// again: better twice in a channel than a severe incident untold.
/// </summary>
public sealed class NoticeCourier(NpgsqlDataSource database, IReadOnlyList<INoticeChannel> channels, TimeProvider clock, ILogger log)
{
    /// <summary>In one message: chat services limit its size.</summary>
    internal const int Most = 15;

    private static readonly TimeSpan[] Pauses =
    [
        TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(6),
        TimeSpan.FromHours(12),
    ];

    /// <summary>Longer than any channel takes: until then nobody else carries the same.</summary>
    private static readonly TimeSpan Carrying = TimeSpan.FromMinutes(10);

    /// <summary>Carries what is due and returns how many notices were delivered.</summary>
    public async Task<int> RunAsync(CancellationToken cancellation = default)
    {
        var delivered = 0;
        foreach (var channel in channels)
        {
            while (await TakeAsync(channel, cancellation) is { Count: > 0 } taken)
            {
                var answer = await channel.TellAsync([.. taken.Select(t => t.Notice)], cancellation);
                await RecordAsync(channel, taken, answer, CancellationToken.None);
                if (answer.Trouble is not null) break;
                delivered += taken.Count;
            }
        }

        return delivered;
    }

    private async Task<IReadOnlyList<Taken>> TakeAsync(INoticeChannel channel, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var now = clock.GetUtcNow();
        var taken = await connection.QueryAsync(
            """
            with taken as (
              update notify.outbox o set attempts = attempts + 1, not_before = $3
              where channel = $1 and notice in (
                select notice from notify.outbox where channel = $1 and state = 'queued' and not_before <= $2 order by notice limit $4 for update skip locked)
              returning notice, attempts)
            select notice, attempts, key, kind, title, detail, link, at from taken join notify.notice using (notice) order by notice
            """,
            r => new Taken(
                r.GetInt64(0), r.GetInt32(1),
                new Notice(r.GetString(2), Enum.GetValues<NoticeKind>().First(k => FactWords.Of(k) == r.GetString(3)), r.GetString(4), r.GetString(5), r.GetFieldValue<DateTimeOffset>(7))
                {
                    Link = r.IsDBNull(6) ? null : new Uri(r.GetString(6)),
                }),
            cancellation, channel.Name, now, now + Carrying, Most);
        return taken;
    }

    private async Task RecordAsync(INoticeChannel channel, IReadOnlyList<Taken> taken, ChannelAnswer answer, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var attempts = taken.Max(t => t.Attempts);
        var state = answer.Trouble is null ? "delivered" : answer.IsLasting || attempts > Pauses.Length ? "failed" : "queued";
        var pause = Pauses[Math.Clamp(attempts - 1, 0, Pauses.Length - 1)];
        if (answer.RetryAfter > pause) pause = answer.RetryAfter.Value;
        if (state == "failed") log.LogError("{Count} notices are not delivered to {Channel}: {Trouble}", taken.Count, channel.Name, answer.Trouble);
        else if (state == "queued") log.LogWarning("{Channel} did not take {Count} notices: {Trouble} Trying again in {Pause}", channel.Name, taken.Count, answer.Trouble, pause);

        await using var connection = await database.OpenConnectionAsync(cancellation);
        await connection.ExecuteAsync(
            "update notify.outbox set state = $3, last_error = $4::text, not_before = $5 where channel = $1 and notice = any($2)", cancellation, channel.Name,
            taken.Select(t => t.Id).ToArray(), state, answer.Trouble, now + pause);
    }

    private sealed record Taken(long Id, int Attempts, Notice Notice);
}
