using System.Security.Cryptography;
using System.Text;
using Metrics.Sources;
using Metrics.Sources.GitHub;

namespace Metrics.Tests.Sources.GitHub;

public sealed class GitHubWebhookTests
{
    private static readonly DateTimeOffset Now = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly SourceConnection Connection = GitHubSamples.Connection(secrets: [("webhook_secret", "It's a Secret to Everybody")]);

    private readonly GitHubSource source = new();

    // The example of GitHub's documentation.
    [Theory]
    [InlineData("sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17", true)]
    [InlineData("sha256=757107EA0EB2509FC211221CCE984B8A37570B6D7586C22C46F4379C8B043E17", true)]
    [InlineData("sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e18", false)]
    [InlineData("757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17", false)]
    [InlineData("sha256=", false)]
    [InlineData("sha1=757107ea0eb2509fc211221cce984b8a37570b6d", false)]
    public void A_signature_is_that_of_the_raw_body_under_the_secret(string signature, bool isRight) =>
        source.IsSigned(Request("Hello, World!", ("X-Hub-Signature-256", signature)), Connection, Now).ShouldBe(isRight);

    [Fact]
    public void Without_a_secret_no_signature_is_right_and_without_a_signature_nothing_is_signed()
    {
        var signature = "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData([], "Hello, World!"u8));
        source.IsSigned(Request("Hello, World!", ("X-Hub-Signature-256", signature)), GitHubSamples.Connection(), Now).ShouldBe(false);
        source.IsSigned(Request("Hello, World!"), Connection, Now).ShouldBeNull();
    }

    [Theory]
    [InlineData("ping")]
    [InlineData("push")]
    [InlineData("release")]
    public void Ping_and_events_that_say_nothing_are_acknowledged_and_not_kept(string name) =>
        source.Describe(Request("{}", ("X-GitHub-Event", name), ("X-GitHub-Delivery", "d-1"))).ShouldBe(new PushedEvent("d-1", Payload: null));

    [Fact]
    public async Task An_event_is_known_by_its_delivery_and_read_also_from_a_form()
    {
        var body = GitHubSamples.Pushed("opened", "10:00");
        var pushed = source.Describe(Request(body, ("x-github-event", "pull_request"), ("x-github-delivery", "d-2")));
        pushed.Id.ShouldBe("d-2");
        var form = source.Describe(Request(
            $"payload={Uri.EscapeDataString(body)}", ("X-GitHub-Event", "pull_request"), ("Content-Type", "application/x-www-form-urlencoded")));

        var (plain, encoded) = (new FragmentBook(Connection), new FragmentBook(Connection));
        await plain.ReadAsync(pushed.Payload!);
        await encoded.ReadAsync(form.Payload!);
        plain.Text.ShouldNotBeEmpty();
        encoded.Text.ShouldBe(plain.Text);
    }

    private static PushRequest Request(string body, params (string Name, string Value)[] headers)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        return new PushRequest(headers.ToDictionary(h => h.Name, h => h.Value), bytes, bytes);
    }
}
