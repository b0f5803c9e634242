using Metrics.Sources;
using Metrics.Tests.Sources.Tickets;

namespace Metrics.Tests.Sources;

public sealed class SourceConnectionTests
{
    private static readonly Dictionary<string, string> Secrets = new() { ["token"] = "t0ken" };

    [Fact]
    public void Options_are_read_by_their_kind_and_have_their_defaults()
    {
        var connection = SourceConnection.Create(
            new TicketSource(), "main", new Dictionary<string, IReadOnlyList<string>> { ["base_url"] = ["https://t.example.com/api"], ["kinds"] = ["outage", "defect"] }, Secrets);

        connection.Title.ShouldBe("tickets/main");
        connection.Url("base_url").ShouldBe(new Uri("https://t.example.com/api/"));
        connection.Number("page_size").ShouldBe(2);
        connection.List("kinds").ShouldBe(["outage", "defect"]);
        connection.RequiredSecret("token").ShouldBe("t0ken");
        connection.ToString().ShouldNotContain("t0ken");
    }

    [Fact]
    public void All_faults_are_named_at_once() =>
        Should.Throw<SourceException>(() => SourceConnection.Create(
                new TicketSource(), "main",
                new Dictionary<string, IReadOnlyList<string>> { ["page_size"] = ["many"], ["kinds"] = ["outage", "joke"], ["colour"] = ["red"] },
                new Dictionary<string, string> { ["tokn"] = "x" }))
            .Message.ShouldBe(
                "tickets/main: page_size is \"many\"; it takes a whole number. kinds is \"joke\"; allowed are outage, defect. " +
                "There is no option \"colour\"; there are base_url, page_size, kinds. There is no secret \"tokn\"; there are token, webhook_secret. " +
                "The option \"base_url\" is missing: the address of the API. The secret \"token\" is missing: an API token that may read tickets.");

    [Theory]
    [InlineData("90s", 90)]
    [InlineData("15m", 900)]
    [InlineData("6h", 21600)]
    [InlineData("30d", 2592000)]
    [InlineData("0m", null)]
    [InlineData("1w", null)]
    [InlineData("m", null)]
    [InlineData("99999999d", null)]
    public void Lengths_of_time(string text, int? seconds) => (OptionText.Duration(text)?.TotalSeconds).ShouldBe(seconds);
}
