using System.CommandLine;
using System.Globalization;
using Metrics.Storage;

namespace Metrics.Server.Commands;

/// <summary><c>metrics audit</c>: what was done by whom.</summary>
internal static class AuditCommand
{
    public static Command Create() => new(
        "audit", "The audit log: append-only, each entry's hash covers the one before.\n\nExample:\n  metrics audit verify\n  metrics audit list")
    { List(), Verify() };

    private static Command List()
    {
        var most = new Option<int>("--most") { Description = "how many", DefaultValueFactory = _ => 50, HelpName = "N" };
        var json = Signature.Json();
        var command = new Command("list", "The last entries, latest first.\n\nExample:\n  metrics audit list --most 10 --json") { most, json };
        command.SetAction(async (call, cancellation) =>
        {
            await using var product = await CommandLine.OpenAsync(call, cancellation);
            var entries = await new AuditLog(product.Database).ListAsync(call.GetValue(most), cancellation);
            if (call.GetValue(json)) return EditionJson.Print(entries.Select(EditionJson.Of));
            var table = Terminal.Table("No.", "At (UTC)", "By", "Action", "Subject", "Detail");
            foreach (var entry in entries)
                table.AddTexts($"{entry.Number}", Terminal.Moment(entry.At), entry.By, entry.Action, entry.Subject, entry.Detail);
            Terminal.Screen.Write(table);
            return 0;
        });
        return command;
    }

    private static Command Verify()
    {
        var expect = new Option<string?>("--expect") { Description = "an entry and its hash, as an earlier check gave them and you have kept them elsewhere", HelpName = "NO:HASH" };
        var command = new Command(
            "verify",
            "Goes through the whole chain. A log whose end was cut off is still a chain: keep what this prints somewhere else, and give it with --expect.\n\n" +
            "Example:\n  metrics audit verify\n  metrics audit verify --expect 41:3f2a…")
        { expect };
        command.SetAction(async (call, cancellation) =>
        {
            var expected = call.GetValue(expect) is { } text ? Expected(text) : ((long, string)?)null;
            await using var product = await CommandLine.OpenAsync(call, cancellation);
            var verdict = await new AuditLog(product.Database).VerifyAsync(expected, cancellation);
            Console.WriteLine(verdict.Fault ?? (verdict.Head is null ? "The audit log is empty." : $"Whole: {verdict.Entries} entries, head {verdict.Entries}:{verdict.Head}"));
            return verdict.Fault is null ? 0 : CommandLine.Failed;
        });
        return command;
    }

    private static (long Number, string Hash) Expected(string text) =>
        text.Split(':') is [var number, { Length: 64 } hash] && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var entry)
            ? (entry, hash.ToLowerInvariant())
            : throw new UsageException($"--expect \"{text}\" is not an entry and its hash; write 41:<64 hexadecimal digits>.");
}
