using System.Text;
using Metrics.Model;
using Metrics.Storage;
using Metrics.Storage.Access;
using Metrics.Tests.Storage.Ingestion;

namespace Metrics.Tests.Storage.Access;

public sealed class AccessTokenStoreTests : IAsyncLifetime
{
    private MetricsDatabase database = null!;

    private AccessTokenStore Store => new(database.Application, database.Clock);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => database = await MetricsDatabase.CreateAsync("2026-11-21T12:00:00Z");

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task A_secret_is_shown_once_and_kept_nowhere()
    {
        var (token, secret) = await Store.CreateAsync(New("power-bi") with { Limit = new RowLimit(["orders"], ["shop"]) }, "ada", Cancellation);

        secret.ShouldMatch("^mtr_[A-Za-z0-9_-]{43}[0-9a-f]{6}$");
        (token.Name, token.CreatedBy, token.UsedAt).ShouldBe(("power-bi", "ada", null));
        (await database.TextAsync("select row_to_json(t)::text from access.token t")).ShouldNotBeNull().ShouldNotContain(secret[4..40]);
        (await database.TextAsync("select string_agg(detail::text || subject || by, ' ') from audit.log")).ShouldBe(
            """{"teams": ["orders"], "scopes": ["read"], "domains": ["shop"]}token power-biada""");

        var found = (await Store.UseAsync(TokenSecret.HashOf(secret), Cancellation)).ShouldNotBeNull();
        (found.Limit.Teams.Single(), found.Limit.Domains.Single(), found.Limit.IsEverything).ShouldBe(("orders", "shop", false));
        (await Store.UseAsync(TokenSecret.HashOf(TokenSecret.Create()), Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task A_revoked_token_is_not_valid_and_its_name_is_free_again()
    {
        var (_, secret) = await Store.CreateAsync(New("power-bi"), "ada", Cancellation);
        (await Should.ThrowAsync<AccessTokenException>(() => Store.CreateAsync(New("power-bi"), "ada", Cancellation)))
            .Message.ShouldBe("There is a token \"power-bi\" already. Take another name, or revoke it first.");

        await Store.RevokeAsync("power-bi", "ben", Cancellation);

        (await Store.UseAsync(TokenSecret.HashOf(secret), Cancellation)).ShouldNotBeNull().IsValid(database.Clock.GetUtcNow()).ShouldBeFalse();
        (await Should.ThrowAsync<AccessTokenException>(() => Store.RevokeAsync("power-bi", "ben", Cancellation)))
            .Message.ShouldBe("There is no token \"power-bi\" to revoke. \"metrics tokens list\" lists them.");
        await Store.CreateAsync(New("power-bi"), "ada", Cancellation);
        (await Store.ListAsync(Cancellation)).Select(t => (t.Name, t.RevokedBy)).ShouldBe([("power-bi", null), ("power-bi", "ben")]);
        (await database.TextAsync("select string_agg(action || ' ' || by, ', ' order by entry) from audit.log")).ShouldBe("token.created ada, token.revoked ben, token.created ada");
        (await new AuditLog(database.Application).VerifyAsync(cancellation: Cancellation)).Fault.ShouldBeNull();
    }

    [Fact]
    public async Task The_last_use_is_written_once_an_hour()
    {
        var (token, secret) = await Store.CreateAsync(New("power-bi"), "ada", Cancellation);
        foreach (var (now, written) in new[] { ("12:10", "12:10"), ("12:59", "12:10"), ("13:10", "13:10"), ("13:11", "13:10") })
        {
            database.Clock = new FixedClock($"2026-11-21T{now}:00Z");
            await Store.UseAsync(TokenSecret.HashOf(secret), Cancellation);
            (await Store.ListAsync(Cancellation)).Single().UsedAt.ShouldBe(DateTimeOffset.Parse($"2026-11-21T{written}:00Z", null));
        }

        token.Token.ShouldBe(1);
    }

    [Theory]
    [InlineData("", "read", "", null, "\"\" is no name for a token; take up to 64 letters, digits, dots, dashes and underscores, such as power-bi.")]
    [InlineData("a b", "read", "", null, "\"a b\" is no name for a token; take up to 64 letters, digits, dots, dashes and underscores, such as power-bi.")]
    [InlineData("a", "write", "", null, "\"write\" are no scopes; there are read, ingest, publish, admin.")]
    [InlineData("a", "admin", "orders", null, "A token that is limited to teams or domains can only read. Make one for each purpose.")]
    [InlineData("a", "publish", "orders", null, "A token that is limited to teams or domains can only read. Make one for each purpose.")]
    [InlineData("a", "read", "", "2026-11-21T12:00:00Z", "The token would have expired already, at 2026-11-21 12:00 UTC.")]
    public async Task What_cannot_be_made_is_said_and_not_made(string name, string scope, string team, string? expires, string message)
    {
        var wanted = new NewToken(
            name, [scope], team.Length == 0 ? RowLimit.Everything : new RowLimit([team], []), expires is null ? null : DateTimeOffset.Parse(expires, null));

        (await Should.ThrowAsync<AccessTokenException>(() => Store.CreateAsync(wanted, "ada", Cancellation))).Message.ShouldBe(message);
        (await database.TextAsync("select count(*) from access.token")).ShouldBe("0");
    }

    [Fact]
    public async Task Who_runs_analysts_sql_sees_no_token()
    {
        await using var command = database.Reader.CreateCommand("select * from access.token");
        (await Should.ThrowAsync<Npgsql.PostgresException>(() => command.ExecuteReaderAsync(Cancellation))).SqlState.ShouldBe("42501");
    }

    [Fact]
    public void A_mistyped_secret_is_told_without_a_database()
    {
        var secret = TokenSecret.Create();
        TokenSecret.IsWellFormed(secret).ShouldBeTrue();
        for (var i = 0; i < secret.Length; i++)
        {
            var mistyped = new StringBuilder(secret) { [i] = secret[i] == 'a' ? 'b' : 'a' }.ToString();
            TokenSecret.IsWellFormed(mistyped).ShouldBeFalse(mistyped);
        }

        TokenSecret.IsWellFormed("").ShouldBeFalse();
        TokenSecret.IsWellFormed("mtr_").ShouldBeFalse();
    }

    private static NewToken New(string name) => new(name, [Scopes.Read], RowLimit.Everything, null);
}
