using Metrics.Server.Hosting;
using Metrics.Sources;

namespace Metrics.Tests.Sources;

/// <summary>From a record's key to its page in the source system.</summary>
public sealed class RecordLinkTests
{
    [Theory]
    [InlineData("github", null, "pull_request", "acme/warehouse 12", "https://github.com/acme/warehouse/pull/12")]
    [InlineData("github", "api_url=https://git.acme.example/api/v3", "pull_request", "acme/warehouse 12", "https://git.acme.example/acme/warehouse/pull/12")]
    [InlineData("github", null, "incident", "acme/warehouse#7", "https://github.com/acme/warehouse/issues/7")]
    [InlineData("github", null, "change", "acme/warehouse/deployments/7", null)]
    [InlineData("github", null, "pull_request", "../x 12", null)]
    [InlineData("github", null, "pull_request", "x/.. 12", null)]
    [InlineData("github", null, "pull_request", "//evil.example/x 12", null)]
    [InlineData("pagerduty", "web_url=https://acme.pagerduty.com", "incident", "PT4KHLK", "https://acme.pagerduty.com/incidents/PT4KHLK")]
    [InlineData("pagerduty", "web_url=https://acme.pagerduty.com", "incident", "../a?b#c", "https://acme.pagerduty.com/incidents/..%2Fa%3Fb%23c")]
    [InlineData("pagerduty", null, "incident", "PT4KHLK", null)]
    [InlineData("opsgenie", "web_url=https://acme.app.opsgenie.com", "incident", "2708292d", "https://acme.app.opsgenie.com/incident/detail/2708292d")]
    [InlineData("opsgenie", "web_url=https://acme.app.opsgenie.com", "alert", "2708292d", "https://acme.app.opsgenie.com/alert/detail/2708292d/details")]
    [InlineData("airflow", "base_url=https://airflow.acme.example", "pipeline_run", "load_orders scheduled__2026-08-01T00:00:00+00:00 1", "https://airflow.acme.example/dags/load_orders?dag_run_id=scheduled__2026-08-01T00%3A00%3A00%2B00%3A00")]
    [InlineData("canonical", null, "incident", "i1", null)]
    public void It_leads_to_the_page_that_the_connection_and_the_key_name(string source, string? option, string fact, string key, string? link)
    {
        var asked = Product.Sources.Single(s => s.Name == source);
        var connection = option?.Split('=', 2) is [var name, var value]
            ? SourceConnection.Create(asked, "", new Dictionary<string, string> { [name] = value })
            : SourceConnection.Bare(asked);

        asked.LinkTo(connection, fact, key.Split(' '))?.AbsoluteUri.ShouldBe(link);
        (asked.LinkTo(connection, fact, key.Split(' ')) is null).ShouldBe(link is null);
    }
}
