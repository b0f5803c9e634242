using System.CommandLine;
using System.Globalization;
using Metrics.Model;
using Metrics.Storage.Access;

namespace Metrics.Server.Commands;

/// <summary><c>metrics tokens</c>: API tokens of programs.</summary>
internal static class TokensCommand
{
    public static Command Create() => new(
        "tokens",
        "API tokens, with which programs ask and send. They count where Auth:Tokens is true. Every change is in the audit log.\n\n" +
        "Example:\n  metrics tokens create power-bi\n  metrics tokens create orders-sheet --team orders --expires 2027-03-31\n  metrics tokens revoke power-bi")
    { Make(), List(), Revoke() };

    private static Command Make()
    {
        var name = new Argument<string>("name") { Description = "what it is for, such as power-bi" };
        var scopes = new Option<string[]>("--scope")
        {
            Description = "read (default), ingest, publish (with read) or admin (with all); several may be given, separated by commas",
            HelpName = "SCOPE",
            DefaultValueFactory = _ => [Scopes.Read],
        };
        var teams = new Option<string[]>("--team") { Description = "reads rows of this team only; may be repeated", HelpName = "TEAM" };
        var domains = new Option<string[]>("--domain") { Description = "likewise of this domain", HelpName = "DOMAIN" };
        var expires = new Option<string>("--expires")
        {
            Description = "a date, a number of days such as 90d, or never (default 365d)",
            HelpName = "WHEN",
            DefaultValueFactory = _ => "365d",
        };
        var by = Signature.By();
        var command = new Command(
            "create",
            "Makes a token and prints it. It is shown this once and kept nowhere: whoever loses it makes another.\n\nExample:\n" +
            "  metrics tokens create power-bi\n  metrics tokens create airflow --scope ingest --expires never\n" +
            "  metrics tokens create orders-sheet --team orders --team checkout")
        { name, scopes, teams, domains, expires, by };
        command.SetAction(async (call, cancellation) =>
        {
            var clock = CommandLine.ClockOf(call);
            string[] named = call.GetValue(teams) ?? [], within = call.GetValue(domains) ?? [];
            var wanted = new NewToken(
                call.GetRequiredValue(name), [.. call.GetRequiredValue(scopes).SelectMany(s => s.Split(',', StringSplitOptions.TrimEntries)).Distinct()],
                named.Length + within.Length == 0 ? RowLimit.Everything : new RowLimit([.. named], [.. within]), Expiry(call.GetRequiredValue(expires), clock.GetUtcNow()));
            await using var product = await CommandLine.OpenAsync(call, cancellation);
            var (token, secret) = await new AccessTokenStore(product.Database, product.Clock).CreateAsync(wanted, call.GetRequiredValue(by), cancellation);
            await Console.Error.WriteLineAsync(
                $"Token {token.Name}: {What(token)}, {(token.ExpiresAt is { } end ? $"until {Terminal.Moment(end)} UTC" : "without an end")}. It is not shown again:");
            Console.WriteLine(secret);
            return 0;
        });
        return command;
    }

    private static Command List()
    {
        var json = Signature.Json();
        var command = new Command("list", "The tokens there are, and those that were revoked.\n\nExample:\n  metrics tokens list") { json };
        command.SetAction(async (call, cancellation) =>
        {
            await using var product = await CommandLine.OpenAsync(call, cancellation);
            var tokens = await new AccessTokenStore(product.Database, product.Clock).ListAsync(cancellation);
            var now = product.Clock.GetUtcNow();
            if (call.GetValue(json))
                return EditionJson.Print(tokens.Select(t => new
                {
                    t.Name,
                    t.Scopes,
                    teams = t.Limit.Teams,
                    domains = t.Limit.Domains,
                    state = State(t, now),
                    t.CreatedAt,
                    t.CreatedBy,
                    t.ExpiresAt,
                    t.UsedAt,
                    t.RevokedAt,
                    t.RevokedBy,
                }));
            if (tokens.Count == 0)
            {
                Terminal.Say("There are no tokens. \"metrics tokens create NAME\" makes one.");
                return 0;
            }

            var table = Terminal.Table("Token", "May", "State", "Created (UTC)", "By", "Expires (UTC)", "Last used (UTC)");
            foreach (var token in tokens)
                table.AddTexts(
                    token.Name, What(token), State(token, now), Terminal.Moment(token.CreatedAt), token.CreatedBy,
                    token.ExpiresAt is { } end ? Terminal.Moment(end) : "never", token.UsedAt is { } used ? Terminal.Moment(used) : "never");
            Terminal.Screen.Write(table);
            return 0;
        });
        return command;
    }

    private static Command Revoke()
    {
        var name = new Argument<string>("name") { Description = "as \"metrics tokens list\" shows it" };
        var by = Signature.By();
        var command = new Command("revoke", "Revokes a token: a second later nobody is let in with it.\n\nExample:\n  metrics tokens revoke power-bi") { name, by };
        command.SetAction(async (call, cancellation) =>
        {
            await using var product = await CommandLine.OpenAsync(call, cancellation);
            await new AccessTokenStore(product.Database, product.Clock).RevokeAsync(call.GetRequiredValue(name), call.GetRequiredValue(by), cancellation);
            Console.WriteLine($"{call.GetRequiredValue(name)} is revoked.");
            return 0;
        });
        return command;
    }

    private static string What(AccessToken token)
    {
        var limits = token.Limit.Teams.Select(t => $"team {t}").Concat(token.Limit.Domains.Select(d => $"domain {d}")).ToList();
        return string.Join(", ", token.Scopes) + (limits.Count == 0 ? "" : $" ({string.Join(", ", limits)})");
    }

    private static string State(AccessToken token, DateTimeOffset now) =>
        token.RevokedAt is not null ? "revoked" : token.IsValid(now) ? "valid" : "expired";

    /// <exception cref="UsageException">It cannot be read.</exception>
    internal static DateTimeOffset? Expiry(string text, DateTimeOffset now) =>
        text == "never" ? null
        : text.EndsWith('d') && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days is > 0 and <= 36_500 ? now.AddDays(days)
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? new DateTimeOffset(date.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero)
        : throw new UsageException($"--expires \"{text}\" is no time; write a date such as 2027-03-31, a number of days such as 90d, or never.");
}
