using System.Text;
using Metrics.Model.Facts;
using Metrics.Storage;
using Metrics.Storage.Catalogue;
using Metrics.Storage.Ingestion;
using Npgsql;

namespace Metrics.Sources.Canonical;

/// <summary>Makes a catalogue file what the catalogue says, as one batch.</summary>
public sealed class CatalogueUpdate(NpgsqlDataSource database, Ingest ingest, TimeProvider clock)
{
    private const long ApplyLock = 0x6d65_7472_6963_7306;

    /// <summary>As many changes as the audit log repeats; the catalogue's own history has all.</summary>
    private const int Noted = 200;

    /// <summary>What applying these records would change in what the file said when it was last applied.</summary>
    public Task<IReadOnlyList<CatalogueChange>> DiffAsync(IReadOnlyList<Fact> records, CancellationToken cancellation = default) =>
        CatalogueDiff.OfAsync(database, CatalogueFile.Source, CatalogueFile.Facts, records, cancellation);

    /// <summary>
    /// Applies the records and returns what has changed. What the file no longer has, it no longer vouches for. Of several applied at
    /// once one goes after the other, each compared with what the one before has left.
    /// </summary>
    /// <param name="name">The file's.</param>
    /// <param name="text">What was read of it.</param>
    /// <param name="by">Who does it.</param>
    /// <param name="reason">Why.</param>
    /// <exception cref="Storage.StorageException">The database failed; nothing was applied.</exception>
    public async Task<IReadOnlyList<CatalogueChange>> ApplyAsync(
        string name, string text, IReadOnlyList<Fact> records, string by, string? reason, CancellationToken cancellation = default)
    {
        await using var turn = await database.OpenConnectionAsync(cancellation);
        await using var held = await turn.BeginTransactionAsync(cancellation);
        await turn.ExecuteAsync("select pg_advisory_xact_lock($1)", cancellation, ApplyLock);
        var changes = await DiffAsync(records, cancellation);
        if (changes.Count == 0) return changes;
        var now = clock.GetUtcNow();
        var gone = changes.Where(c => c.After is null).Select(c => Tombstone(c));
        var bytes = Encoding.UTF8.GetBytes(text);
        await ingest.WriteAsync(
            new IncomingPayload(
                CatalogueFile.Source, name, bytes.Length, () => new MemoryStream(bytes), () => new MemoryStream(bytes),
                Readings(records.Concat(gone).Select(r => r with { SeenAt = now })))
            {
                By = by,
                Reason = reason,
                Note = new AuditNote("catalogue.applied", "catalogue", new
                {
                    file = Path.GetFileName(name),
                    reason,
                    changed = changes.Count,
                    changes = changes.Take(Noted).Select(Words),
                }),
            }, cancellation);
        return changes;
    }

    private static string Words(CatalogueChange change) =>
        $"{change.Entity} {change.Id}: " + (change.After is null ? "gone" : string.Join(", ", change.Attributes
            .Select(a => $"{a.Name} {a.Before ?? "nothing"} -> {a.After ?? "nothing"}")));

    private static Fact Tombstone(CatalogueChange change)
    {
        Fact record = change.Entity switch
        {
            "dataset" => new Dataset { Id = change.Id },
            "team" => new Team { Id = change.Id },
            _ => new LineageEdge { Upstream = change.Before!["upstream"], Downstream = change.Before["downstream"] },
        };
        return record with { Source = CatalogueFile.Source, Deleted = true };
    }

    private static async IAsyncEnumerable<Reading> Readings(IEnumerable<Fact> records)
    {
        await Task.CompletedTask;
        foreach (var record in records) yield return new RecordRead(record);
    }
}
