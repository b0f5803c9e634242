using System.Net.Http.Json;
using System.Text.Json;
using Metrics.Storage.Access;
using Metrics.Tests.Api;
using Metrics.Tests.Storage.Ingestion;

namespace Metrics.Tests.Access;

/// <summary>Changes over HTTP: who may, and under which name they are kept.</summary>
public sealed class MutationAccessTests
{
    private const string Apply = """mutation { applyTargets(yaml: "mttr_sev1: [{ target: \"< 6\", valid_from: ever }]", reason: "review") { subject } }""";
    private const string Waive = """mutation { revokeWaiver(id: 99, reason: "none") { id } }""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_change_takes_the_scope_for_it_and_is_kept_under_the_callers_name()
    {
        await using var service = await RunningService.StartAsync(["Auth:Tokens=true"]);
        foreach (var (scope, waives, applies) in new[] { (Scopes.Read, false, false), (Scopes.Publish, true, false), (Scopes.Admin, true, true) })
        {
            using var client = await service.ClientAsync(scope, scope);
            (await CodeAsync(client, Waive) == "AUTH_NOT_AUTHORIZED").ShouldBe(!waives, scope);
            (await CodeAsync(client, Apply) == "AUTH_NOT_AUTHORIZED").ShouldBe(!applies, scope);
        }

        (await service.Database.TextAsync("select string_agg(by || ' ' || action, ', ') from audit.log where action <> 'token.created'")).ShouldBe("token admin targets.applied");
    }

    [Fact]
    public async Task On_loopback_without_a_way_to_sign_in_everything_is_allowed_as_local()
    {
        await using var service = await RunningService.StartAsync();

        (await CodeAsync(service.Client, Apply)).ShouldBeNull();

        (await service.Database.TextAsync("select string_agg(by || ' ' || action, ', ') from audit.log")).ShouldBe("local targets.applied");
    }

    private static async Task<string?> CodeAsync(HttpClient client, string query)
    {
        using var response = await client.PostAsJsonAsync("/graphql", new { query }, Cancellation);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        return answer.TryGetProperty("errors", out var errors) ? errors[0].GetProperty("extensions").GetProperty("code").GetString() : null;
    }
}
