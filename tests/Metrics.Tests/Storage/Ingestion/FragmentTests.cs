using System.Globalization;
using Metrics.Model.Facts;
using Metrics.Storage.Ingestion;
using FactAttribute = Xunit.FactAttribute;

namespace Metrics.Tests.Storage.Ingestion;

/// <summary>What arrives piecemeal ends the same, whatever the order.</summary>
public sealed class FragmentTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Any_order_with_repetitions_gives_the_same_rows_as_one_batch()
    {
        FragmentSeen[] life =
        [
            Seen("a", "state", 1, "open"), Seen("a", "state", 5, "resolved"), Seen("a", "state", 3, "resolved"), Seen("a", "state", 4, "open"),
            Seen("a", "acknowledge 2", 2), Seen("a", "acknowledge 4", 4), Seen("b", "state", 2, "open"), Seen("b", "state", 2, "resolved", rank: 1),
        ];
        await using var whole = await MetricsDatabase.CreateAsync("2026-11-21T12:00:00Z");
        await WriteAsync(whole, life);
        var expected = await whole.FactsAsync();
        expected.ShouldContain("\"incident_id\": \"a\"");
        (await whole.TextAsync("select status || ' ' || resolved_at || ' ' || acknowledged_at from fact.incident where incident_id = 'a'"))
            .ShouldBe("resolved 2026-07-01 05:00:00+00 2026-07-01 02:00:00+00");
        (await whole.TextAsync("select status from fact.incident where incident_id = 'b'")).ShouldBe("resolved");

        for (var seed = 0; seed < 5; seed++)
        {
            await using var shuffled = await MetricsDatabase.CreateAsync("2026-11-21T12:00:00Z");
            foreach (var fragment in Sources.Shuffle.WithDuplicates(life, seed)) await WriteAsync(shuffled, fragment);
            (await shuffled.FactsAsync()).ShouldBe(expected);
        }
    }

    [Fact]
    public async Task What_is_known_twice_changes_nothing_and_marks_no_day()
    {
        await using var database = await MetricsDatabase.CreateAsync("2026-11-21T12:00:00Z");
        (await WriteAsync(database, Seen("a", "state", 1, "open"))).New.ShouldBe(1);
        var again = await WriteAsync(database, Seen("a", "state", 1, "open"));
        (again.New, again.Changed, again.Same).ShouldBe((0, 0, 1));
    }

    [Fact]
    public async Task An_older_fragment_that_comes_late_still_counts_where_it_says_something_of_its_own()
    {
        await using var database = await MetricsDatabase.CreateAsync("2026-11-21T12:00:00Z");
        await WriteAsync(database, Seen("a", "state", 9, "open"));
        (await WriteAsync(database, Seen("a", "acknowledge 2", 2))).Changed.ShouldBe(1);
        (await database.TextAsync("select acknowledged_at from fact.incident")).ShouldBe("2026-07-01 02:00:00+00");
    }

    [Fact]
    public async Task What_was_deleted_stays_so_until_something_newer_is_seen()
    {
        await using var database = await MetricsDatabase.CreateAsync("2026-11-21T12:00:00Z");
        await WriteAsync(database, Seen("a", "state", 1, "open"));
        await database.WriteAsync("tickets", WriteMode.Upsert, new RecordRead(new Incident
        {
            IncidentId = "a",
            Source = "tickets",
            Deleted = true,
            UpdatedAt = At(6),
        }));
        await WriteAsync(database, Seen("a", "state", 5, "resolved"));
        (await database.TextAsync("select deleted_at is not null from fact.incident")).ShouldBe("true");
        await WriteAsync(database, Seen("a", "state", 7, "open"));
        (await database.TextAsync("select deleted_at is not null from fact.incident")).ShouldBe("false");
    }

    [Fact]
    public async Task A_fragment_of_a_larger_thing_is_composed_into_it()
    {
        await using var database = await MetricsDatabase.CreateAsync("2026-11-21T12:00:00Z");
        await WriteAsync(database, Seen("child of p", "state", 1, "open"), Seen("child of p", "state", 2, "resolved"));
        (await database.TextAsync("select status from fact.incident where incident_id = 'p'")).ShouldBe("resolved");
    }

    /// <summary>A withdrawal has no version of its own: that it was composed last counts, in one batch as in two.</summary>
    [Fact]
    public async Task What_is_withdrawn_by_a_later_composition_of_the_same_batch_is_gone()
    {
        await using var database = await MetricsDatabase.CreateAsync("2026-11-21T12:00:00Z");
        await WriteAsync(database, Seen("p", "state", 9, "open"), Seen("child of p", "state", 10, "withdrawn"));
        (await database.TextAsync("select count(*) from fact.incident where deleted_at is null")).ShouldBe("0");

        await WriteAsync(database, Seen("q", "state", 9, "open"));
        await WriteAsync(database, Seen("child of q", "state", 10, "withdrawn"));
        (await database.TextAsync("select count(*) from fact.incident where deleted_at is null")).ShouldBe("0");
    }

    private static DateTimeOffset At(int hour) => new(2026, 7, 1, hour, 0, 0, TimeSpan.Zero);

    private static FragmentSeen Seen(string entity, string name, int hour, string body = "", int rank = 0) => new(entity, name, At(hour), body) { Rank = rank };

    private static Task<BatchReport> WriteAsync(MetricsDatabase database, params FragmentSeen[] fragments) =>
        new Ingest(database.Application, database.Clock, database.Settings.Precedence).WriteAsync(
            new IncomingPayload("tickets", "a payload", 0, () => Stream.Null, () => Stream.Null, fragments.ToAsyncEnumerable<Reading>()) { Compose = Compose },
            Cancellation);

    private static IEnumerable<Reading> Compose(IReadOnlyList<FragmentSeen> fragments)
    {
        var state = fragments.FirstOrDefault(f => f.Name == "state");
        if (state is null) yield break;
        if (state.Entity.StartsWith("child of ", StringComparison.Ordinal))
        {
            yield return state with { Entity = state.Entity["child of ".Length..] };
            yield break;
        }

        if (state.Body == "withdrawn")
        {
            yield return new RecordRead(new Incident { IncidentId = state.Entity, Source = "tickets", UpdatedAt = DateTimeOffset.UnixEpoch, Deleted = true });
            yield break;
        }

        yield return new RecordRead(new Incident
        {
            IncidentId = state.Entity,
            Status = (IncidentStatus)FactWords.Find(typeof(IncidentStatus), state.Body)!,
            ResolvedAt = state.Body == "resolved" ? state.Version : null,
            AcknowledgedAt = fragments.Where(f => f.Name.StartsWith("acknowledge", StringComparison.Ordinal))
                .Select(f => (DateTimeOffset?)At(int.Parse(f.Name.Split(' ')[1], CultureInfo.InvariantCulture))).Min(),
            Source = "tickets",
            UpdatedAt = fragments.Max(f => f.Version),
        });
    }
}
