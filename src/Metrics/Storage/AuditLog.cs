using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Npgsql;

namespace Metrics.Storage;

/// <summary>Something that somebody did.</summary>
/// <param name="Number">1, 2, 3 … without a gap.</param>
/// <param name="Action">Such as <c>scorecard.published</c>.</param>
/// <param name="Subject">What it was done to, such as <c>edition 12</c>.</param>
/// <param name="Detail">JSON.</param>
/// <param name="Previous">The hash of the entry before, in lower-case hexadecimal; zeros for the first.</param>
/// <param name="Hash">The hash of this one, which covers the one before.</param>
public sealed record AuditEntry(
    long Number, DateTimeOffset At, string By, string Action, string Subject, string Detail, string Previous, string Hash)
{
    /// <summary>What the hash must be: SHA-256 over the bytes of the hash before and the entry's fields, one a line.</summary>
    internal string Expected(string previous)
    {
        var micros = (At.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
        var text = string.Create(CultureInfo.InvariantCulture, $"{Number}\n{micros}\n{By}\n{Action}\n{Subject}\n{Detail}");
        return Convert.ToHexStringLower(SHA256.HashData([.. Convert.FromHexString(previous), .. Encoding.UTF8.GetBytes(text)]));
    }
}

/// <summary>Whether the audit log is whole.</summary>
/// <param name="Entries">How many entries there are.</param>
/// <param name="Head">The hash of the last one; null where there is none. Whoever keeps it elsewhere can tell whether the end was cut off.</param>
/// <param name="Fault">The first thing that is wrong; null where nothing is.</param>
public sealed record AuditVerdict(long Entries, string? Head, string? Fault);

/// <summary>
/// What was done by whom. The database numbers and chains the entries and refuses to change or delete any; the check here is
/// made from the entries alone and does not trust the database's own functions.
/// </summary>
public sealed class AuditLog(NpgsqlDataSource database)
{
    private const string Origin = "0000000000000000000000000000000000000000000000000000000000000000";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>Adds an entry within the caller's transaction, so that a deed and its entry are kept together or not at all.</summary>
    /// <param name="detail">Anything that is written as a JSON object.</param>
    public static Task AppendAsync(
        NpgsqlConnection connection, DateTimeOffset at, string by, string action, string subject, object detail, CancellationToken cancellation) =>
        connection.ExecuteAsync(
            "insert into audit.log (at, by, action, subject, detail) values ($1, $2, $3, $4, $5::jsonb)", cancellation,
            at, by.ReplaceLineEndings(" "), action, subject.ReplaceLineEndings(" "), JsonSerializer.Serialize(detail, Json));

    /// <summary>The last entries, latest first.</summary>
    public async Task<IReadOnlyList<AuditEntry>> ListAsync(int most, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await connection.QueryAsync($"{Select} order by entry desc limit $1", Read, cancellation, most);
    }

    /// <summary>Goes through the whole chain.</summary>
    /// <param name="expected">A number and hash kept elsewhere that must be in it; null for none.</param>
    public async Task<AuditVerdict> VerifyAsync((long Number, string Hash)? expected = null, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var command = connection.Command($"{Select} order by entry");
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var (count, head, met) = (0L, Origin, expected is null);
        while (await reader.ReadAsync(cancellation))
        {
            var entry = Read(reader);
            if (entry.Number != count + 1)
                return new AuditVerdict(count, head, $"Entry {count + 1} is missing: after entry {count} comes {entry.Number}.");
            if (entry.Previous != head)
                return new AuditVerdict(count, head, $"Entry {entry.Number} does not follow entry {count}: it names another hash than that of the entry before.");
            if (entry.Expected(head) != entry.Hash)
                return new AuditVerdict(count, head, $"Entry {entry.Number} ({entry.Action}, {entry.Subject}) was changed: its hash is not that of its content.");
            if (expected is { } kept && kept.Number == entry.Number)
            {
                if (kept.Hash != entry.Hash) return new AuditVerdict(count, head, $"Entry {entry.Number} has the hash {entry.Hash}, and not {kept.Hash}.");
                met = true;
            }

            (count, head) = (entry.Number, entry.Hash);
        }

        return new AuditVerdict(count, count == 0 ? null : head, met ? null : $"Entry {expected!.Value.Number} is missing: the log ends with entry {count}.");
    }

    private const string Select =
        "select entry, at, by, action, subject, detail::text, encode(previous, 'hex'), encode(hash, 'hex') from audit.log";

    private static AuditEntry Read(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetFieldValue<DateTimeOffset>(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5),
        row.GetString(6), row.GetString(7));
}
