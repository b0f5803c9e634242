using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Metrics.Model.Facts;
using Metrics.Sources;
using Metrics.Tests.Sync;
using Microsoft.AspNetCore.Http;
using static Metrics.Tests.Sources.GitHub.GitHubSamples;
using FactAttribute = Xunit.FactAttribute;

namespace Metrics.Tests.Sources.GitHub;

/// <summary>A real HTTP server that speaks GitHub's GraphQL API.</summary>
public sealed class GitHubPullTests
{
    private static readonly DateTimeOffset Now = new(2026, 7, 1, 20, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Everything_is_read_page_by_page_and_then_only_what_has_changed()
    {
        await using var server = await ServerAsync(5);
        var run = Run(server, ("page_size", "2"));

        await run.RunAsync();

        run.Book.All<PullRequest>().Select(p => p.Number).ShouldBe(["1", "2", "3", "4", "5"]);
        server.Questions.ShouldBe(["pulls first 2 after -", "pulls first 2 after 14:00 0004", "pulls first 2 after 12:00 0002", "deployments first 2 after -"]);
        run.Covered.ShouldBe([new TimeCovered("pull_request", run.Since, Now), new TimeCovered("change", run.Since, Now)]);

        server.Questions.Clear();
        server.Pulls[0] = (1, "20:30", Node(1, "20:30", merged: "20:30"));
        run.Clock = new SkippingClock(Now.AddHours(1));
        await run.RunAsync();
        server.Questions.ShouldBe(["pulls first 2 after -", "deployments first 2 after -"]);
        run.Book.All<PullRequest>().First().MergedAt.ShouldBe(new DateTimeOffset(2026, 7, 1, 20, 30, 0, TimeSpan.Zero));
        run.Covered[^1].ShouldBe(new TimeCovered("change", Now, Now.AddHours(1)));
    }

    [Fact]
    public async Task After_a_failure_in_the_middle_it_goes_on_where_it_was_and_finds_what_changed_meanwhile()
    {
        await using var server = await ServerAsync(5);
        var run = Run(server, ("page_size", "2"));
        var answers = 0;
        server.Instead = (context, _, _) =>
        {
            if (++answers != 2 && answers < 3) return Task.FromResult(false);
            context.Response.StatusCode = 502;
            return Task.FromResult(true);
        };

        (await Should.ThrowAsync<TransientSourceException>(() => run.RunAsync())).Message.ShouldContain("502");
        run.Covered.ShouldBeEmpty();
        run.Book.All<PullRequest>().Select(p => p.Number).ShouldBe(["4", "5"]);

        server.Instead = (_, _, _) => Task.FromResult(false);
        server.Questions.Clear();
        server.Pulls[0] = (1, "20:30", Node(1, "20:30", merged: "20:30"));
        run.Clock = new SkippingClock(Now.AddHours(1));
        await run.RunAsync();
        server.Questions.ShouldBe(["pulls first 2 after 14:00 0004", "deployments first 2 after -", "pulls first 2 after -", "deployments first 2 after -"]);
        run.Book.All<PullRequest>().Select(p => (p.Number, p.MergedAt is not null)).ShouldBe([("1", true), ("2", false), ("3", false), ("4", false), ("5", false)]);
        run.Covered[^1].To.ShouldBe(Now.AddHours(1));
    }

    [Fact]
    public async Task It_stops_before_the_points_are_used_up_and_says_until_when()
    {
        await using var server = await ServerAsync(1);
        server.Instead = async (context, _, _) =>
        {
            await context.Response.WriteAsync(Answer("pullRequests", Node(1, "11:00"), "next").Replace("4990", "3", StringComparison.Ordinal));
            return true;
        };
        var run = Run(server);

        var patience = await Should.ThrowAsync<TransientSourceException>(() => run.RunAsync());

        patience.RetryAt.ShouldBe(Now);
        patience.Message.ShouldBe("The rate limit of GitHub's GraphQL API is nearly used up (3 points left). The next run goes on where this one ended.");
        run.Book.All<PullRequest>().Count().ShouldBe(1);
    }

    [Fact]
    public async Task An_answer_of_200_that_speaks_of_the_rate_limit_ends_the_run_with_the_moment_of_its_reset()
    {
        await using var server = await ServerAsync(1);
        server.Instead = async (context, _, _) =>
        {
            context.Response.Headers["x-ratelimit-reset"] = Now.AddMinutes(20).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
            await context.Response.WriteAsync("""{"errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded for user ID 1."}]}""");
            return true;
        };

        (await Should.ThrowAsync<TransientSourceException>(() => Run(server).RunAsync())).RetryAt.ShouldBe(Now.AddMinutes(20));
    }

    [Theory]
    [InlineData(403)]
    [InlineData(429)]
    public async Task The_secondary_limit_is_waited_for(int status)
    {
        await using var server = await ServerAsync(1);
        var answers = 0;
        server.Instead = (context, _, _) =>
        {
            if (++answers > 1) return Task.FromResult(false);
            context.Response.StatusCode = status;
            context.Response.Headers.RetryAfter = "17";
            return Task.FromResult(true);
        };
        var run = Run(server);

        await run.RunAsync();

        run.Clock.Waits.ShouldBe([TimeSpan.FromSeconds(17)]);
        run.Book.All<PullRequest>().Count().ShouldBe(1);
    }

    [Fact]
    public async Task What_fails_among_many_is_asked_for_in_smaller_pages_and_alone_is_kept_with_its_error()
    {
        await using var server = await ServerAsync(3);
        server.Instead = async (context, query, variables) =>
        {
            if (!query.Contains("pullRequests(")) return false;
            var first = variables.GetProperty("first").GetInt32();
            var after = variables.GetProperty("after").GetString();
            if (first > 1)
                await context.Response.WriteAsync(Answer("pullRequests", "null", extra: """, "errors": [{"message": "Something went wrong while executing your query."}]"""));
            else if (after is null)
                await context.Response.WriteAsync(Answer("pullRequests", "null", "13:00 0003", """, "errors": [{"type": "FORBIDDEN", "path": ["nodes", 0], "message": "no"}]"""));
            else return false;
            return true;
        };
        var run = Run(server, ("page_size", "16"));

        await run.RunAsync();

        run.Book.All<PullRequest>().Select(p => p.Number).ShouldBe(["1", "2"]);
        run.Book.Rejected.Count.ShouldBe(1);
        run.Book.Rejected[0].ShouldContain("FORBIDDEN");
    }

    [Fact]
    public async Task Reviews_beyond_the_first_hundred_are_fetched()
    {
        await using var server = await ServerAsync(0);
        server.Pulls.Add((7, "15:00", Node(7, "15:00", reviews: Review(1, "bea", "COMMENTED", "11:00"), moreReviews: "r100")));
        server.MoreReviews["r100"] = Review(2, "bea", "APPROVED", "14:00");
        var run = Run(server);

        await run.RunAsync();

        run.Book.All<PullRequest>().Single().ApprovedAt.ShouldBe(new DateTimeOffset(2026, 7, 1, 14, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public async Task An_app_signs_in_with_its_key_and_renews_its_token_before_it_ends()
    {
        using var key = RSA.Create(2048);
        await using var server = await ServerAsync(1);
        var issued = 0;
        var clock = new SkippingClock(Now);
        server.Instead = async (context, _, _) =>
        {
            if (context.Request.Path != "/api/v3/app/installations/42/access_tokens") return false;
            var token = context.Request.Headers.Authorization.ToString()["Bearer ".Length..].Split('.');
            key.VerifyData(Encoding.ASCII.GetBytes($"{token[0]}.{token[1]}"), Base64Url.DecodeFromChars(token[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).ShouldBeTrue();
            Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token[0])).ShouldBe("""{"alg":"RS256","typ":"JWT"}""");
            var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(token[1])).RootElement;
            claims.GetProperty("iss").GetString().ShouldBe("1001");
            (claims.GetProperty("exp").GetInt64() - claims.GetProperty("iat").GetInt64()).ShouldBe(600);
            context.Response.StatusCode = 201;

            // Three minutes are less than what is left before renewal: the next request asks again.
            await context.Response.WriteAsync($$"""{"token": "ghs_{{++issued}}", "expires_at": "{{Now.AddMinutes(issued == 1 ? 3 : 60):O}}"}""");
            return true;
        };
        var connection = Connection(
            new() { ["repositories"] = ["acme/pipelines"], ["api_url"] = [server.Address], ["app_id"] = ["1001"], ["installation_id"] = ["42"] },
            mapping: null, ("app_private_key", key.ExportPkcs8PrivateKeyPem().Replace("\n", "\\n", StringComparison.Ordinal)));

        await new PullRun(connection, Now) { Clock = clock }.RunAsync();

        server.Tokens.Where(t => t.StartsWith("Bearer ghs_", StringComparison.Ordinal)).ShouldBe(["Bearer ghs_1", "Bearer ghs_2"]);
    }

    [Fact]
    public async Task All_of_an_owner_are_read_and_a_test_says_what_it_saw()
    {
        await using var server = await ServerAsync(1);
        var connection = Connection(new() { ["repositories"] = ["acme/*"], ["api_url"] = [server.Address] }, mapping: null, ("token", "t"));
        var run = new PullRun(connection, Now);

        (await run.TestAsync()).ShouldBe("1 repository, 4990 points left");
        await run.RunAsync();

        run.Book.All<PullRequest>().Count().ShouldBe(1);
        server.Api.Asked.ShouldAllBe(a => a == "POST /api/graphql");
    }

    [Fact]
    public async Task What_the_token_may_not_see_is_refused_with_what_to_do()
    {
        await using var server = await ServerAsync(1);
        var connection = Connection(new() { ["repositories"] = ["acme/other"], ["api_url"] = [server.Address] }, mapping: null, ("token", "t"));
        (await Should.ThrowAsync<TerminalSourceException>(() => new PullRun(connection, Now).RunAsync())).Message
            .ShouldBe("GitHub knows no repository acme/other, or the token may not see it. Check repositories in sources.yaml and what the token was given.");

        server.Instead = (context, _, _) =>
        {
            context.Response.StatusCode = 401;
            return Task.FromResult(true);
        };
        (await Should.ThrowAsync<TerminalSourceException>(() => new PullRun(connection, Now).RunAsync())).Message.ShouldContain("401");
    }

    [Fact]
    public async Task A_sweep_lists_all_that_exists()
    {
        await using var server = await ServerAsync(3);
        server.Deployments.Add((9, "15:00", """{"databaseId": 9}"""));
        (await Run(server).SweepAsync()).ShouldBe(
        [
            "pull_request with repository = acme/pipelines: acme/pipelines#3, acme/pipelines#2, acme/pipelines#1",
            "change with change_id from acme/pipelines/deployments/: acme/pipelines/deployments/9",
            "incident with incident_id from acme/pipelines#: ",
        ]);
    }

    internal static PullRun Run(GitHubServer server, params (string Name, string Value)[] options) => new(
        Connection(
            options.Append(("repositories", "acme/pipelines")).Append(("api_url", server.Address)).ToDictionary(o => o.Item1, o => (IReadOnlyList<string>)[o.Item2]),
            mapping: null, ("token", "t")),
        Now);

    /// <summary>Pull requests 1, 2, 3 … updated at 11:00, 12:00, 13:00 …</summary>
    private static async Task<GitHubServer> ServerAsync(int pulls)
    {
        var server = await GitHubServer.StartAsync();
        for (var i = 1; i <= pulls; i++) server.Pulls.Add((i, $"{10 + i}:00", Node(i, $"{10 + i}:00")));
        return server;
    }
}
