using System.Runtime.CompilerServices;
using Metrics.Model.Facts;
using Metrics.Sources;
using Metrics.Storage;
using Metrics.Storage.Ingestion;
using Npgsql;

namespace Metrics.Sync;

/// <summary>
/// Reads landed payloads again, in the order in which they came and as of then: after a mapping was mended, or to try one.
/// </summary>
public sealed class Replayer(NpgsqlDataSource database, Importer importer)
{
    /// <summary>Maps payloads again. The same mapping changes nothing; a mended one changes what it reads otherwise.</summary>
    /// <param name="connectionOf">The configured connection of a name: its options and mapping rules as they are now.</param>
    /// <param name="batch">The payload of this batch only.</param>
    /// <param name="by">Who wants it, for the audit log.</param>
    /// <exception cref="StorageException">The database failed; what was replayed before is kept.</exception>
    public async IAsyncEnumerable<ImportOutcome> ReplayAsync(
        ISource source, Func<string, SourceConnection> connectionOf, string? connection = null, DateTimeOffset? since = null,
        long? batch = null, string? by = null, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await foreach (var landed in new LandedPayloads(database).ReadAsync(source.Name, connection, since, batch: batch, cancellation: cancellation))
            yield return await ReplayAsync(landed, connectionOf(landed.Connection), by, cancellation);
    }

    /// <summary>What the mapping rules of a connection make of its latest payloads. Writes nothing.</summary>
    /// <param name="latest">How many payloads to read, from the newest on.</param>
    public async Task<MappingTrial> TryAsync(SourceConnection connection, int latest, CancellationToken cancellation = default)
    {
        var trial = new MappingTrial(connection);
        var watched = connection with { Mapping = connection.Mapping.Watched(trial.Add) };
        var redactor = await importer.RedactorAsync(cancellation);
        var fragments = new List<FragmentSeen>();
        var received = DateTimeOffset.MinValue;
        await foreach (var landed in new LandedPayloads(database).ReadAsync(
            connection.Source.Name, connection.Name, latestOnly: latest, cancellation: cancellation))
        {
            if (landed.Payload.Skipped is not null) continue;
            trial.Payloads++;
            received = landed.ReceivedAt;
            try
            {
                await foreach (var reading in connection.Source.ReadAsync(
                    landed.Payload, new ReadContext(redactor, watched, landed.ReceivedAt), cancellation))
                {
                    if (reading is RecordRead) trial.Records++;
                    else if (reading is FragmentSeen fragment) fragments.Add(fragment);
                }
            }
            catch (SourceException)
            {
                trial.Refused++;
            }
        }

        Compose(watched, fragments, new ReadContext(redactor, watched, received), trial);
        return trial;
    }

    /// <summary>The records that the fragments of these payloads alone make up.</summary>
    private static void Compose(SourceConnection connection, List<FragmentSeen> fragments, ReadContext context, MappingTrial trial)
    {
        while (fragments.Count > 0)
        {
            var larger = new List<FragmentSeen>();
            foreach (var entity in fragments.GroupBy(f => f.Entity))
            {
                var latest = entity.GroupBy(f => f.Name).Select(n => n.MaxBy(f => (f.Version, f.Rank))!).OrderBy(f => f.Name, StringComparer.Ordinal);
                foreach (var reading in connection.Source.Compose([.. latest], context))
                {
                    if (reading is RecordRead) trial.Records++;
                    else if (reading is FragmentSeen fragment && fragment.Entity != entity.Key) larger.Add(fragment);
                }
            }

            // A thing is part of a larger one a few levels deep at most.
            fragments = trial.Levels++ < 4 ? larger : [];
        }
    }

    private async Task<ImportOutcome> ReplayAsync(LandedPayload landed, SourceConnection connection, string? by, CancellationToken cancellation)
    {
        var name = landed.Payload.Name;
        if (landed.Payload.Skipped is { } reason) return new ImportOutcome(name, Report: null, Skipped: reason);
        try
        {
            return new ImportOutcome(name, await importer.WriteAsync(
                connection, landed.Payload, new Delivery(IngestWay.Replay) { Replays = landed.Batch, ReceivedAt = landed.ReceivedAt, By = by }, cancellation));
        }
        catch (SourceException refused)
        {
            return new ImportOutcome(name, Report: null, Refused: refused.Message);
        }
    }
}

/// <summary>What mapping rules would do: how often each gave the answer, and examples of what none did.</summary>
public sealed class MappingTrial(SourceConnection connection)
{
    private const int Examples = 5;
    private readonly Dictionary<(string Topic, MappingRule? Rule), int> counts = [];
    private readonly Dictionary<string, List<string>> unmapped = [];

    /// <summary>Payloads read.</summary>
    public int Payloads { get; internal set; }

    /// <summary>Records in them.</summary>
    public long Records { get; internal set; }

    internal int Levels { get; set; }

    /// <summary>Payloads that could not be read.</summary>
    public int Refused { get; internal set; }

    /// <summary>Every rule in order with the questions it answered, and per topic those that none answered (rule null).</summary>
    public IEnumerable<(string Topic, MappingRule? Rule, int Count)> Rules =>
        connection.Source.Settings.Topics.SelectMany(t =>
            (connection.Mapping.Topics.GetValueOrDefault(t.Name) ?? []).Append(null)
                .Select(rule => (t.Name, rule, counts.GetValueOrDefault((t.Name, rule)))));

    /// <summary>Attributes of records that no rule of a topic matched, a few.</summary>
    public IReadOnlyList<string> Unmapped(string topic) => unmapped.GetValueOrDefault(topic) ?? [];

    internal void Add(string topic, RawAttributes attributes, MappingRule? rule)
    {
        counts[(topic, rule)] = counts.GetValueOrDefault((topic, rule)) + 1;
        if (rule is not null) return;
        var examples = unmapped.TryGetValue(topic, out var known) ? known : unmapped[topic] = [];
        var text = attributes.ToString();
        if (examples.Count < Examples && text.Length > 0 && !examples.Contains(text)) examples.Add(text);
    }
}
