using Metrics.Sources;
using Metrics.Storage.Ingestion;
using Metrics.Sync;
using Metrics.Tests.Sources.Tickets;

namespace Metrics.Tests.Sync;

/// <summary>sources.yaml and when its connections are due.</summary>
public sealed class SourcesFileTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("metrics-sources-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void A_connection_has_what_it_says_and_defaults_for_the_rest()
    {
        var connection = Load("""
            mapping:
              team:
                - when: { label: "sales*" }
                  value: sales
            connections:
              - source: tickets
                name: main
                schedule: 30 6 * * MON-FRI
                time_zone: Europe/Berlin
                heartbeat: 2h
                since: 2026-01-01
                options: { base_url: "https://tickets.example.com/api", kinds: [outage] }
                secrets: { token: "${TICKETS}" }
            """).ShouldHaveSingleItem();

        connection.Title.ShouldBe("tickets/main");
        connection.Connection.Url("base_url").ShouldBe(new Uri("https://tickets.example.com/api/"));
        connection.Connection.Number("page_size").ShouldBe(2);
        connection.Connection.Secret("token").ShouldBe("value of TICKETS");
        connection.Connection.Mapping.Apply("team", new RawAttributes { { "label", "sales-eu" } }).ShouldBe("sales");
        connection.Schedule!.NextDue(Noon).ShouldBe(new DateTimeOffset(2026, 7, 2, 4, 30, 0, TimeSpan.Zero));
        connection.Sweep!.Text.ShouldBe("every 7d");
        connection.Connection.ToString().ShouldNotContain("value of");
    }

    [Fact]
    public void All_faults_come_at_once_with_their_lines_and_no_secret()
    {
        var faults = Should.Throw<SourcesFileException>(() => Load("""
            connections:
              - source: tickets
                schedule: hourly
                colour: red
                options: { base_url: "nowhere", kinds: [picnic] }
                secrets: { token: "hunter2" }
              - source: jura
            """)).Faults;

        string.Join('\n', faults.Select(f => f[(f.IndexOf("sources.yaml:", StringComparison.Ordinal) + 13)..])).ShouldSatisfyAllConditions(
            t => t.ShouldContain("3: schedule: \"hourly\" is no schedule; write \"every 15m\""),
            t => t.ShouldContain("4: There is no key \"colour\"; there are source, name, schedule"),
            t => t.ShouldContain("5: base_url is \"nowhere\""),
            t => t.ShouldContain("5: kinds is \"picnic\"; allowed are outage, defect"),
            t => t.ShouldContain("6: token is not the name of an environment variable; write token: ${ENV_NAME}"),
            t => t.ShouldContain("7: There is no source \"jura\"; there are tickets."),
            t => t.ShouldNotContain("hunter2"));
    }

    [Fact]
    public void A_variable_that_is_not_set_is_missing_and_no_fault() =>
        Load("""
            connections:
              - source: tickets
                options: { base_url: "https://tickets.example.com" }
                secrets: { token: "${UNSET}" }
            """).ShouldHaveSingleItem().MissingVariables.ShouldBe(["UNSET"]);

    [Fact]
    public void A_pull_is_due_once_for_each_firing_after_its_jitter_and_missed_ones_collapse()
    {
        var hourly = Hourly();
        var jitter = Schedule.Jitter(hourly.Title, Noon, hourly.Jitter);
        var ran = State() with { StartedAt = Noon.AddHours(-5), SucceededAt = Noon.AddHours(-5) };

        jitter.ShouldBeInRange(TimeSpan.Zero, hourly.Jitter);
        Timetable.DuePull(hourly, ran, Noon + jitter).ShouldBe(Noon);
        Timetable.DuePull(hourly, ran, Noon + jitter - TimeSpan.FromTicks(1)).ShouldBeNull();
        Timetable.DuePull(hourly, ran with { StartedAt = Noon, SucceededAt = Noon }, Noon.AddMinutes(59)).ShouldBeNull();
    }

    [Fact]
    public void A_failed_pull_is_due_when_its_back_off_ends_and_a_killed_one_at_once()
    {
        var failed = State() with { StartedAt = Noon.AddMinutes(1), FailedAt = Noon.AddMinutes(2), Failures = 1, RetryAt = Noon.AddMinutes(3) };
        Timetable.DuePull(Hourly(), failed, Noon.AddMinutes(2)).ShouldBeNull();
        Timetable.DuePull(Hourly(), failed, Noon.AddMinutes(3)).ShouldBe(Noon.AddMinutes(3));

        var killed = State() with { StartedAt = Noon.AddMinutes(1), SucceededAt = Noon.AddHours(-1) };
        Timetable.DuePull(Hourly(), killed, Noon.AddMinutes(2)).ShouldBe(Noon.AddMinutes(1));
    }

    [Fact]
    public void A_sweep_follows_a_pull_that_went_well()
    {
        var weekly = Hourly();
        var late = Noon.AddDays(30);
        Timetable.DueSweep(weekly, State(), late).ShouldBeNull();
        Timetable.DueSweep(weekly, State() with { SucceededAt = Noon }, late).ShouldBe(weekly.Sweep!.LastDue(late));
        Timetable.DueSweep(weekly, State() with { SucceededAt = Noon, SweptAt = late }, late).ShouldBeNull();
        Timetable.DueSweep(weekly, State() with { SucceededAt = Noon, Failures = 1 }, late).ShouldBeNull();
    }

    private ConfiguredConnection Hourly() => Load("""
        connections:
          - source: tickets
            schedule: every 1h
            jitter: 10m
            options: { base_url: "https://tickets.example.com" }
            secrets: { token: "${T}" }
        """).Single();

    private static ConnectionState State() => new("tickets", "");

    private IReadOnlyList<ConfiguredConnection> Load(string text)
    {
        var file = Path.Combine(folder.FullName, "sources.yaml");
        File.WriteAllText(file, text);
        return SourcesFile.Load(file, [new TicketSource()], name => name == "UNSET" ? null : $"value of {name}");
    }
}
