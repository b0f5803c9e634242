using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Metrics.Storage;
using Npgsql;

namespace Metrics.Scorecards.Delivery;

/// <summary>
/// Who has got which edition. A row is claimed, and the claim committed, before anything is sent; so nobody gets two letters,
/// whatever crashes, restarts or runs beside.
/// </summary>
public sealed class SendLedger(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>After a temporary failure. When they are used up it is a failure for good: after about two days.</summary>
    public static IReadOnlyList<TimeSpan> Pauses { get; } =
    [
        TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromHours(1), TimeSpan.FromHours(3), TimeSpan.FromHours(6),
        TimeSpan.FromHours(12), TimeSpan.FromHours(24),
    ];

    /// <summary>No sender is at one letter for longer: its time limits end it before.</summary>
    private static readonly TimeSpan LongestClaim = TimeSpan.FromHours(1);

    /// <summary>Distinguishes these advisory locks from others.</summary>
    private const int LockClass = 0x6d74_736e;

    /// <summary>Puts every recipient of an edition's scope in line, but nobody twice, and returns how many were new.</summary>
    /// <param name="messageDomain">Of the message ids.</param>
    public async Task<int> QueueAsync(ScorecardEdition edition, string messageDomain, string by, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var queued = await QueueAsync(connection, edition, messageDomain, by, cancellation);
        await transaction.CommitAsync(cancellation);
        return queued;
    }

    internal async Task<int> QueueAsync(NpgsqlConnection connection, ScorecardEdition edition, string messageDomain, string by, CancellationToken cancellation)
    {
        if (edition.State != EditionState.Published) throw DeliveryException.NotPublished(edition);
        var now = clock.GetUtcNow();
        var queued = 0;
        foreach (var recipient in await ResolvedAsync(connection, edition.Scope, cancellation))
        {
            // Asked of the row itself and locked: it may be superseded at this very moment.
            queued += await connection.ExecuteAsync(
                """
                insert into scorecard.send (edition, address, name, part, state, message_id, queued_at, queued_by, not_before)
                select edition, $2, $3::text, $4, 'queued', $5, $6, $7, $6 from scorecard.edition where edition = $1 and state = 'published' for share
                on conflict do nothing
                """, cancellation, edition.Edition, recipient.Address, recipient.Name, recipient.Part.Word,
                MessageId(edition, recipient.Address, messageDomain), now, by);
        }

        if (queued > 0)
            await AuditLog.AppendAsync(connection, now, by, "scorecard.send", $"edition {edition.Edition}", new { recipients = queued }, cancellation);
        return queued;
    }

    /// <summary>The recipients of a scope as addresses: for <c>manager</c>, whom the catalogue has as the team's.</summary>
    public async Task<IReadOnlyList<Recipient>> ResolvedAsync(ScorecardScope scope, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await ResolvedAsync(connection, scope, cancellation);
    }

    private async Task<IReadOnlyList<Recipient>> ResolvedAsync(NpgsqlConnection connection, ScorecardScope scope, CancellationToken cancellation)
    {
        var resolved = new List<Recipient>();
        var recipients = await connection.QueryAsync(
            """
            select address, name, part from scorecard.recipient where scope_kind = $1 and scope = $2
            order by array_position(array['to', 'cc', 'bcc'], part), address
            """, r => new Recipient(scope, r.GetString(0), r.IsDBNull(1) ? null : r.GetString(1), DeliveryWords.Part(r.GetString(2))), cancellation,
            scope.Kind.Word, scope.Name);
        foreach (var recipient in recipients)
        {
            if (recipient.Address != Recipient.Manager)
            {
                resolved.Add(recipient);
                continue;
            }

            var manager = await connection.ScalarAsync<string>(
                "select attributes->>'manager_email' from catalog.version where entity = 'team' and id = $1 and valid @> $2::timestamptz limit 1", cancellation,
                scope.Name, clock.GetUtcNow())
                ?? throw new DeliveryException(
                    $"{scope} is to be sent to its manager, and the catalogue has no manager_email for it. Give it there, or name an address: " +
                    $"metrics recipients add ADDRESS --team {scope.Name}");
            resolved.Add(Recipient.Parse(scope, manager, recipient.Part));
        }

        return [.. resolved.DistinctBy(r => r.Address, StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>The same for an edition and recipient however often it is asked: mail programs then show a second copy as the same letter.</summary>
    internal static string MessageId(ScorecardEdition edition, string address, string domain)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{edition.PdfSha256}\n{address.ToLowerInvariant()}"));
        return string.Create(CultureInfo.InvariantCulture, $"scorecard-{edition.Edition}-{Convert.ToHexStringLower(hash)[..24]}@{domain}");
    }

    /// <summary>Announces a sender: for as long as it is not disposed of, its claims are its own.</summary>
    public async Task<Sender> OpenSenderAsync(CancellationToken cancellation = default)
    {
        var connection = await database.OpenConnectionAsync(cancellation);
        var number = (int)await connection.ScalarAsync<long>("select nextval('scorecard.sender')", cancellation);
        await connection.ExecuteAsync("select pg_advisory_lock($1, $2)", cancellation, LockClass, number);
        return new Sender(connection, number);
    }

    /// <summary>Claims whose sender is gone are put in doubt, and letters of an edition that is no longer in force are not sent. Returns
    /// what it has put in doubt.</summary>
    public async Task<IReadOnlyList<Send>> SettleAsync(CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await connection.ExecuteAsync(
            """
            update scorecard.send s set state = 'failed', last_error = 'The edition was superseded before the letter was sent.'
            from scorecard.edition e where e.edition = s.edition and s.state = 'queued' and e.state = 'superseded'
            """, cancellation);
        var lost = await connection.QueryAsync(
            """
            update scorecard.send s set state = 'in_doubt', last_error = 'The sender ended while it was sending: it may have arrived or not.'
            where state = 'claimed' and (claimed_at < $1 or not exists (
              select from pg_locks l join pg_database d on d.oid = l.database
              where l.locktype = 'advisory' and d.datname = current_database() and l.classid = $2::int and l.objid::bigint = s.claimed_by
                and l.objsubid = 2 and l.granted))
            returning send
            """, r => r.GetInt64(0), cancellation, clock.GetUtcNow() - LongestClaim, LockClass);
        return lost.Count == 0 ? [] : [.. (await ListAsync(null, cancellation)).Where(s => lost.Contains(s.Id))];
    }

    /// <summary>The editions of which letters are due.</summary>
    public async Task<IReadOnlyList<long>> DueEditionsAsync(CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await connection.QueryAsync(
            """
            select distinct s.edition from scorecard.send s join scorecard.edition e using (edition)
            where s.state = 'queued' and s.not_before <= $1 and e.state = 'published' order by s.edition
            """, r => r.GetInt64(0), cancellation, clock.GetUtcNow());
    }

    /// <summary>Claims the next letter of an edition that is due; null where there is none. When this returns, the claim is committed.</summary>
    public async Task<Send?> ClaimAsync(long edition, Sender sender, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var claimed = await connection.QueryAsync(
            """
            update scorecard.send set state = 'claimed', claimed_by = $2, claimed_at = $3, attempts = attempts + 1
            where send = (
              select send from scorecard.send s join scorecard.edition e using (edition)
              where s.edition = $1 and s.state = 'queued' and s.not_before <= $3 and e.state = 'published'
              order by s.send limit 1 for update of s skip locked)
            returning send
            """, r => r.GetInt64(0), cancellation, edition, sender.Number, clock.GetUtcNow());
        return claimed is [var id] ? (await ListAsync(edition, cancellation)).First(s => s.Id == id) : null;
    }

    /// <summary>Writes down what became of a claimed letter, also where others have put it in doubt meanwhile; not where a person has
    /// settled it.</summary>
    /// <returns>The state it is in now.</returns>
    public async Task<SendState> RecordAsync(Send send, Sender sender, SmtpOutcome outcome, CancellationToken cancellation = default)
    {
        var now = clock.GetUtcNow();
        var pause = send.Attempts <= Pauses.Count ? Pauses[send.Attempts - 1] : (TimeSpan?)null;
        var state = outcome.Result switch
        {
            SmtpResult.Accepted => SendState.Sent,
            SmtpResult.InDoubt => SendState.InDoubt,
            SmtpResult.Refused => SendState.Failed,

            // The server's absence is nobody's fault among the recipients: that is tried until it is back.
            SmtpResult.Unavailable => SendState.Queued,
            SmtpResult.Deferred => pause is null ? SendState.Failed : SendState.Queued,
        };
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await connection.ExecuteAsync(
            """
            update scorecard.send set state = $3, sent_at = $4::timestamptz, last_error = $5::text, not_before = $6
            where send = $1 and claimed_by = $2 and state in ('claimed', 'in_doubt')
            """, cancellation, send.Id, sender.Number, state.Word, state == SendState.Sent ? now : null,
            state == SendState.Sent ? null : outcome.Detail, now + (pause ?? Pauses[^1]));
        return state;
    }

    /// <summary>Gives a claim back of which nothing has been sent.</summary>
    public async Task ReleaseAsync(Send send, Sender sender, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await connection.ExecuteAsync(
            "update scorecard.send set state = 'queued', attempts = attempts - 1 where send = $1 and claimed_by = $2 and state = 'claimed'", cancellation,
            send.Id, sender.Number);
    }

    /// <summary>Keeps an edition's letters back: its document is not what it should be, or could not be looked at.</summary>
    /// <param name="isLasting">True where waiting would not help.</param>
    public async Task HoldAsync(long edition, string reason, bool isLasting, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var now = clock.GetUtcNow();
        await connection.ExecuteAsync(
            "update scorecard.send set state = $2, last_error = $3, not_before = $4 where edition = $1 and state = 'queued' and not_before <= $5", cancellation,
            edition, (isLasting ? SendState.Failed : SendState.Queued).Word, reason, now + Pauses[2], now);
    }

    /// <summary>Every row, or those of an edition, oldest first.</summary>
    public async Task<IReadOnlyList<Send>> ListAsync(long? edition = null, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await connection.QueryAsync(
            """
            select send, edition, scope_kind, scope, period, number, address, name, part, s.state, attempts, message_id, not_before, claimed_at, sent_at, last_error
            from scorecard.send s join scorecard.edition e using (edition) where edition = $1::bigint or $1::bigint is null order by send
            """,
            r => new Send
            {
                Id = r.GetInt64(0),
                Edition = r.GetInt64(1),
                Recipient = new Recipient(
                    DeliveryWords.Scope(r.GetString(2), r.GetString(3)), r.GetString(6), r.IsDBNull(7) ? null : r.GetString(7), DeliveryWords.Part(r.GetString(8))),
                Period = r.GetString(4),
                Number = r.GetInt32(5),
                State = DeliveryWords.State(r.GetString(9)),
                Attempts = r.GetInt32(10),
                MessageId = r.GetString(11),
                NotBefore = r.GetFieldValue<DateTimeOffset>(12),
                ClaimedAt = r.IsDBNull(13) ? null : r.GetFieldValue<DateTimeOffset>(13),
                SentAt = r.IsDBNull(14) ? null : r.GetFieldValue<DateTimeOffset>(14),
                LastError = r.IsDBNull(15) ? null : r.GetString(15),
            }, cancellation, edition);
    }

    /// <summary>A person settles a letter that is in doubt or has failed.</summary>
    /// <param name="again">True to send it once more, false to count it as sent.</param>
    /// <exception cref="DeliveryException">There is no such letter, or there is nothing to settle.</exception>
    public async Task<Send> ResolveAsync(long id, bool again, string by, string reason, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var now = clock.GetUtcNow();
        var state = await connection.ScalarAsync<string>("select state from scorecard.send where send = $1 for update", cancellation, id)
            ?? throw new DeliveryException($"There is no letter {id}. \"metrics send status\" lists them.");
        if (state is not ("in_doubt" or "failed"))
            throw new DeliveryException($"Letter {id} is {state.Replace('_', ' ')}: only one that is in doubt or has failed can be settled.");
        await connection.ExecuteAsync(
            again
                ? "update scorecard.send set state = 'queued', attempts = 0, not_before = $2, claimed_by = null where send = $1"
                : "update scorecard.send set state = 'sent', sent_at = coalesce(claimed_at, $2), claimed_by = null where send = $1",
            cancellation, id, now);
        await AuditLog.AppendAsync(
            connection, now, by, "scorecard.send.resolve", $"letter {id}", new { before = state, settled = again ? "again" : "sent", reason }, cancellation);
        await transaction.CommitAsync(cancellation);
        return (await ListAsync(null, cancellation)).First(s => s.Id == id);
    }
}

/// <summary>One letter: of an edition, to a recipient.</summary>
public sealed record Send
{
    public required long Id { get; init; }

    public required long Edition { get; init; }

    public required Recipient Recipient { get; init; }

    /// <summary>As <see cref="Model.Period.Text"/>.</summary>
    public required string Period { get; init; }

    /// <summary>Of the edition, within its scope and period.</summary>
    public required int Number { get; init; }

    public required SendState State { get; init; }

    /// <summary>How often it was claimed since it was queued or settled.</summary>
    public required int Attempts { get; init; }

    public required string MessageId { get; init; }

    /// <summary>When it may be tried next, while it is queued.</summary>
    public required DateTimeOffset NotBefore { get; init; }

    public DateTimeOffset? ClaimedAt { get; init; }

    public DateTimeOffset? SentAt { get; init; }

    /// <summary>Why it is not sent.</summary>
    public string? LastError { get; init; }
}

/// <summary>What has become of a letter.</summary>
public enum SendState
{
    /// <summary>To be sent, now or later.</summary>
    Queued,

    /// <summary>A sender is at it.</summary>
    Claimed,

    /// <summary>The mail server has taken it.</summary>
    Sent,

    /// <summary>It may have been taken or not. A person settles it.</summary>
    InDoubt,

    /// <summary>It was refused for good.</summary>
    Failed,
}

/// <summary>A process that sends. It lives for as long as its connection holds its lock.</summary>
public sealed class Sender : IAsyncDisposable
{
    private readonly NpgsqlConnection connection;

    internal Sender(NpgsqlConnection connection, int number) => (this.connection, Number) = (connection, number);

    internal int Number { get; }

    public async ValueTask DisposeAsync()
    {
        try
        {
            // A pooled connection keeps its session until it is used again.
            await connection.ExecuteAsync("select pg_advisory_unlock_all()", CancellationToken.None);
        }
        catch (Exception gone) when (gone is NpgsqlException or InvalidOperationException)
        {
            // The connection is lost, and the lock with it.
        }

        await connection.DisposeAsync();
    }
}

/// <summary>What was asked for cannot be sent or settled; the message says why.</summary>
public sealed class DeliveryException(string message) : Exception(message)
{
    internal static DeliveryException NotPublished(ScorecardEdition edition) => new(
        $"Edition {edition.Edition} ({edition.Scope}, {edition.Period.Text}) is {edition.State switch
        {
            EditionState.Draft => "a draft",
            EditionState.InReview => "in review",
            EditionState.Superseded => "superseded",
            EditionState.Published => "published",
        }}: only a published edition is sent.");
}
