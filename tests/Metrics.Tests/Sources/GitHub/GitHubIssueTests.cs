using Metrics.Sources;
using static Metrics.Tests.Sources.GitHub.GitHubSamples;

namespace Metrics.Tests.Sources.GitHub;

public sealed class GitHubIssueTests
{
    private static readonly SourceConnection GitHub = Connection(new() { ["incident_labels"] = ["incident"] });

    [Fact]
    public async Task A_labelled_issue_is_an_incident_and_reopened_counts_once_with_its_last_end()
    {
        string[] life =
        [
            Issue("opened", "10:00", ""), Issue("labeled", "10:05", "incident;SEV-1;dataset:mart.orders;team:orders"),
            Issue("closed", "11:00", "incident;SEV-1;dataset:mart.orders;team:orders", closed: "11:00", reason: "completed"),
            Issue("reopened", "11:30", "incident;SEV-1;dataset:mart.orders;team:orders", reason: "reopened"),
            Issue("closed", "12:00", "incident;SEV-1;dataset:mart.orders;team:orders", closed: "12:00", reason: "completed"),
        ];
        const string Expected =
            "incident incident_id=acme/pipelines#40 title=Orders are late severity=1 status=resolved datasets=mart.orders team=orders " +
            "detected_at=2026-07-01T10:00:00Z resolved_at=2026-07-01T12:00:00Z source=github updated_at=2026-07-01T12:00:00Z";
        (await FragmentBook.TextOfAsync(GitHub, life)).ShouldBe(Expected);
        for (var seed = 0; seed < 60; seed++)
            (await FragmentBook.TextOfAsync(GitHub, Shuffle.WithDuplicates(life, seed))).ShouldBe(Expected, $"seed {seed}");
    }

    [Fact]
    public async Task Without_the_label_or_without_the_option_it_is_none()
    {
        (await FragmentBook.TextOfAsync(GitHub, [Issue("opened", "10:00", "bug")])).ShouldBe("");
        (await FragmentBook.TextOfAsync(Connection(), [Issue("opened", "10:00", "incident")])).ShouldBe("");
    }

    [Theory]
    [InlineData("unlabeled", "sev1")]
    [InlineData("deleted", "incident;sev1")]
    [InlineData("transferred", "incident;sev1")]
    public async Task An_incident_that_loses_its_label_or_goes_is_taken_back(string action, string labels)
    {
        string[] life = [Issue("labeled", "10:05", "incident;sev1"), Issue(action, "10:10", labels)];
        (await FragmentBook.TextOfAsync(GitHub, life)).ShouldEndWith("deleted=true");
        (await FragmentBook.TextOfAsync(GitHub, life.Reverse())).ShouldBe(await FragmentBook.TextOfAsync(GitHub, life));
    }

    [Theory]
    [InlineData("not_planned", "false_alarm")]
    [InlineData("duplicate", "duplicate")]
    [InlineData("completed", "resolved")]
    public async Task The_reason_for_closing_says_what_it_was(string reason, string status) =>
        (await FragmentBook.TextOfAsync(GitHub, [Issue("closed", "11:00", "incident", closed: "11:00", reason: reason)])).ShouldContain($" status={status} ");

    [Theory]
    [InlineData("P2", "severity=2")]
    [InlineData("severity: 3", "severity=3")]
    [InlineData("p2;sev1", "severity=1")]
    public async Task The_severity_is_the_digit_of_a_label(string labels, string severity) =>
        (await FragmentBook.TextOfAsync(GitHub, [Issue("opened", "10:00", $"incident;{labels}")])).ShouldContain(severity);
}
