using Metrics.Storage;
using Npgsql;

namespace Metrics.Scorecards.Delivery;

/// <summary>Keeps the recipients of each scope. Every change is an entry in the audit log.</summary>
public sealed class RecipientStore(NpgsqlDataSource database, TimeProvider clock)
{
    private const long Lock = 0x6d65_7472_6963_7313;

    /// <summary>Of every scope, or of one.</summary>
    public async Task<IReadOnlyList<Recipient>> ListAsync(ScorecardScope? scope = null, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var all = await ReadAsync(connection, cancellation);
        return scope is null ? all : [.. all.Where(r => r.Scope == scope)];
    }

    /// <summary>What applying these would change.</summary>
    public async Task<IReadOnlyList<RecipientChange>> DiffAsync(IReadOnlyList<Recipient> wanted, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return Diff(await ReadAsync(connection, cancellation), wanted);
    }

    /// <summary>Makes these the recipients of all scopes, all of them or none, and returns what that has changed.</summary>
    public Task<IReadOnlyList<RecipientChange>> ApplyAsync(IReadOnlyList<Recipient> wanted, string by, string? reason, CancellationToken cancellation = default) =>
        ChangeAsync(_ => wanted, by, reason, cancellation);

    /// <summary>Adds one, or names one otherwise.</summary>
    public Task<IReadOnlyList<RecipientChange>> AddAsync(Recipient recipient, string by, CancellationToken cancellation = default) =>
        ChangeAsync(now => [.. now.Where(r => !IsSame(r, recipient)), recipient], by, null, cancellation);

    /// <summary>Removes one. Nothing changes where there is none.</summary>
    public Task<IReadOnlyList<RecipientChange>> RemoveAsync(ScorecardScope scope, string address, string by, CancellationToken cancellation = default) =>
        ChangeAsync(now => [.. now.Where(r => !IsSame(r, new Recipient(scope, address, null, MailPart.To)))], by, null, cancellation);

    private async Task<IReadOnlyList<RecipientChange>> ChangeAsync(
        Func<IReadOnlyList<Recipient>, IReadOnlyList<Recipient>> change, string by, string? reason, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await connection.ExecuteAsync("select pg_advisory_xact_lock($1)", cancellation, Lock);
        var before = await ReadAsync(connection, cancellation);
        var changes = Diff(before, change(before));
        var now = clock.GetUtcNow();
        foreach (var (old, fresh) in changes)
        {
            if (old is not null)
            {
                await connection.ExecuteAsync(
                    "delete from scorecard.recipient where scope_kind = $1 and scope = $2 and lower(address) = lower($3)", cancellation,
                    old.Scope.Kind.Word, old.Scope.Name, old.Address);
            }

            if (fresh is not null)
            {
                await connection.ExecuteAsync(
                    "insert into scorecard.recipient values ($1, $2, $3, $4::text, $5, $6, $7)", cancellation, fresh.Scope.Kind.Word, fresh.Scope.Name,
                    fresh.Address, fresh.Name, fresh.Part.Word, now, by);
            }

            var one = fresh ?? old!;
            var action = fresh is null ? "recipient.remove" : old is null ? "recipient.add" : "recipient.change";
            await AuditLog.AppendAsync(
                connection, now, by, action, $"{one.Scope}: {one.Address}",
                new { part = fresh?.Part.Word, name = fresh?.Name, before = old?.Part.Word, reason }, cancellation);
        }

        await transaction.CommitAsync(cancellation);
        return changes;
    }

    private static Task<List<Recipient>> ReadAsync(NpgsqlConnection connection, CancellationToken cancellation) => connection.QueryAsync(
        """
        select scope_kind, scope, address, name, part from scorecard.recipient
        order by array_position(array['platform', 'domain', 'team'], scope_kind), scope, array_position(array['to', 'cc', 'bcc'], part), address
        """,
        row => new Recipient(
            DeliveryWords.Scope(row.GetString(0), row.GetString(1)), row.GetString(2), row.IsDBNull(3) ? null : row.GetString(3), DeliveryWords.Part(row.GetString(4))),
        cancellation);

    private static List<RecipientChange> Diff(IReadOnlyList<Recipient> before, IReadOnlyList<Recipient> after) =>
    [
        .. before.Where(old => !after.Any(r => IsSame(r, old))).Select(old => new RecipientChange(old, null)),
        .. after.Select(fresh => new RecipientChange(before.FirstOrDefault(r => IsSame(r, fresh)), fresh)).Where(c => c.Before != c.After),
    ];

    private static bool IsSame(Recipient one, Recipient other) =>
        one.Scope == other.Scope && one.Address.Equals(other.Address, StringComparison.OrdinalIgnoreCase);
}

/// <summary>How scopes, parts and states are spelled in the database.</summary>
internal static class DeliveryWords
{
    extension(ScopeKind kind)
    {
        public string Word => kind switch { ScopeKind.Platform => "platform", ScopeKind.Team => "team", ScopeKind.Domain => "domain" };
    }

    extension(MailPart part)
    {
        public string Word => part switch { MailPart.To => "to", MailPart.Cc => "cc", MailPart.Bcc => "bcc" };
    }

    extension(SendState state)
    {
        public string Word => state switch
        {
            SendState.Queued => "queued",
            SendState.Claimed => "claimed",
            SendState.Sent => "sent",
            SendState.InDoubt => "in_doubt",
            SendState.Failed => "failed",
        };
    }

    public static ScorecardScope Scope(string kind, string name) => new(Enum.GetValues<ScopeKind>().First(k => k.Word == kind), name);

    public static MailPart Part(string word) => Enum.GetValues<MailPart>().First(p => p.Word == word);

    public static SendState State(string word) => Enum.GetValues<SendState>().First(s => s.Word == word);
}
