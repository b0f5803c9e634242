using System.Text;
using Metrics.Model.Facts;
using Metrics.Sources;
using Metrics.Storage.Ingestion;
using Metrics.Tests.Sources.Canonical;
using Metrics.Tests.Storage;

namespace Metrics.Tests.Sources;

/// <summary>
/// What a source makes of payloads, in memory: fragments are kept and composed by the rules of the database, which a test of its own
/// compares with this.
/// </summary>
internal sealed class FragmentBook(SourceConnection connection)
{
    private readonly Dictionary<(string Entity, string Name), FragmentSeen> known = [];
    private readonly SortedDictionary<string, Fact> facts = new(StringComparer.Ordinal);
    private readonly List<string> rejected = [];

    private ReadContext Context { get; } = new(ReadingText.Redactor, connection, DateTimeOffset.UnixEpoch);

    /// <summary>Every record, one a line.</summary>
    public string Text => string.Join('\n', facts.Values.Select(f => ReadingText.Of(new RecordRead(f))).Concat(rejected));

    public IEnumerable<T> All<T>() where T : Fact => facts.Values.OfType<T>();

    public IReadOnlyList<string> Rejected => rejected;

    public async Task ReadAsync(Payload payload)
    {
        var seen = new List<FragmentSeen>();
        await foreach (var reading in connection.Source.ReadAsync(payload, Context, TestContext.Current.CancellationToken))
        {
            if (reading is FragmentSeen fragment) seen.Add(fragment);
            else if (reading is not Remark) rejected.Add(ReadingText.Of(reading));
        }

        foreach (var fragment in seen) Keep(fragment);
        Compose([.. seen.Select(f => f.Entity).Distinct()]);
    }

    public Task ReadAsync(string json, string name = "posted.json") => ReadAsync(Payload.OfBytes(name, Encoding.UTF8.GetBytes(json)));

    public static async Task<FragmentBook> OfAsync(SourceConnection connection, IEnumerable<string> payloads)
    {
        var book = new FragmentBook(connection);
        foreach (var payload in payloads) await book.ReadAsync(payload);
        return book;
    }

    public static async Task<string> TextOfAsync(SourceConnection connection, IEnumerable<string> payloads) =>
        (await OfAsync(connection, payloads)).Text;

    /// <summary>Writes a payload into a database as the product does.</summary>
    public static Task<BatchReport> WriteAsync(MetricsDatabase database, SourceConnection connection, Payload payload)
    {
        var context = new ReadContext(ReadingText.Redactor, connection, database.Clock.GetUtcNow());
        return new Ingest(database.Application, database.Clock, database.Settings.Precedence).WriteAsync(
            new IncomingPayload(
                connection.Source.Name, payload.Name, payload.Length, payload.Read, () => connection.Source.Redact(payload, ReadingText.Redactor),
                connection.Source.ReadAsync(payload, context, TestContext.Current.CancellationToken))
            {
                Connection = connection.Name,
                Compose = fragments => connection.Source.Compose(fragments, context),
            }, TestContext.Current.CancellationToken);
    }

    private void Keep(FragmentSeen fragment)
    {
        var key = (fragment.Entity, fragment.Name);
        if (known.TryGetValue(key, out var before))
        {
            var order = (fragment.Version, fragment.Rank).CompareTo((before.Version, before.Rank));
            if (order == 0) order = string.CompareOrdinal(fragment.Body, before.Body);
            if (order <= 0) return;
        }

        known[key] = fragment;
    }

    private void Compose(List<string> entities)
    {
        for (var depth = 0; entities.Count > 0 && depth < 4; depth++)
        {
            var larger = new List<FragmentSeen>();
            foreach (var entity in entities)
            {
                var fragments = known.Values.Where(f => f.Entity == entity).OrderBy(f => f.Name, StringComparer.Ordinal).ToList();
                foreach (var reading in connection.Source.Compose(fragments, Context)) Take(reading, larger);
            }

            foreach (var fragment in larger) known[(fragment.Entity, fragment.Name)] = fragment;
            entities = [.. larger.Select(f => f.Entity).Distinct()];
        }
    }

    private void Take(Reading reading, List<FragmentSeen> larger)
    {
        if (reading is FragmentSeen fragment) larger.Add(fragment);
        else if (reading is RecordRead { Record: var record })
            facts[string.Join('|', FactSchema.Of(record).Keys.Select(k => k.Get(record)).Prepend(FactSchema.Of(record).Name))] = record;
        else rejected.Add(ReadingText.Of(reading));
    }
}

/// <summary>Orders in which the same things may arrive.</summary>
internal static class Shuffle
{
    /// <summary>A permutation in which every third thing comes twice.</summary>
    public static IReadOnlyList<T> WithDuplicates<T>(IReadOnlyList<T> things, int seed)
    {
        var random = new Random(seed);
        var all = things.Concat(things.Where((_, i) => (i + seed) % 3 == 0)).ToArray();
        random.Shuffle(all);
        return all;
    }
}
