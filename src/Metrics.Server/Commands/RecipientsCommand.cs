using System.CommandLine;
using Metrics.Scorecards.Delivery;

namespace Metrics.Server.Commands;

/// <summary><c>metrics recipients</c>: who gets which scorecards.</summary>
internal static class RecipientsCommand
{
    public static Command Create() => new(
        "recipients",
        "Who gets which scorecards by email. Every change is in the audit log.\n\n" +
        "Example:\n  metrics recipients add \"Ada Lovelace <ada@example.com>\"\n  metrics recipients add manager --team orders --cc\n  metrics recipients apply recipients.yaml --dry-run")
    { Add(), List(), Remove(), Apply() };

    private static Command Add()
    {
        var address = new Argument<string>("address") { Description = "ada@example.com, \"Ada Lovelace <ada@example.com>\", or manager for the manager of a team" };
        var cc = new Option<bool>("--cc") { Description = "as a copy" };
        var bcc = new Option<bool>("--bcc") { Description = "as a blind copy: no letter names them" };
        var scope = new ScopeOptions();
        var by = new ApplyOptions("").By;
        var command = new Command(
            "add", "Adds a recipient, or moves one between To, Cc and Bcc.\n\nExample:\n  metrics recipients add ada@example.com\n  metrics recipients add lead@example.com --team orders --cc")
        { address, cc, bcc, scope.Team, scope.Domain, by };
        command.SetAction(async (call, cancellation) =>
        {
            if (call.GetValue(cc) && call.GetValue(bcc)) throw new UsageException("Give --cc or --bcc, not both.");
            var part = call.GetValue(cc) ? MailPart.Cc : call.GetValue(bcc) ? MailPart.Bcc : MailPart.To;
            var recipient = Usable(() => Recipient.Parse(scope.Of(call), call.GetRequiredValue(address), part));
            await using var product = await CommandLine.OpenAsync(call, cancellation);
            return Print(await new RecipientStore(product.Database, product.Clock).AddAsync(recipient, call.GetRequiredValue(by), cancellation), isDry: false);
        });
        return command;
    }

    private static Command Remove()
    {
        var address = new Argument<string>("address") { Description = "as \"metrics recipients list\" shows it" };
        var scope = new ScopeOptions();
        var by = new ApplyOptions("").By;
        var command = new Command("remove", "Removes a recipient. Letters that are in line already are still sent.\n\nExample:\n  metrics recipients remove ada@example.com --team orders")
        { address, scope.Team, scope.Domain, by };
        command.SetAction(async (call, cancellation) =>
        {
            await using var product = await CommandLine.OpenAsync(call, cancellation);
            var wanted = call.GetRequiredValue(address);
            var changes = await new RecipientStore(product.Database, product.Clock).RemoveAsync(scope.Of(call), wanted, call.GetRequiredValue(by), cancellation);
            if (changes.Count == 0) throw new UsageException($"{wanted} is no recipient there. \"metrics recipients list\" lists them.");
            return Print(changes, isDry: false);
        });
        return command;
    }

    private static Command List()
    {
        var command = new Command("list", "The recipients of every scope.\n\nExample:\n  metrics recipients list");
        command.SetAction(async (call, cancellation) =>
        {
            await using var product = await CommandLine.OpenAsync(call, cancellation);
            var recipients = await new RecipientStore(product.Database, product.Clock).ListAsync(null, cancellation);
            if (recipients.Count == 0)
            {
                Terminal.Say("There are no recipients. \"metrics recipients add ADDRESS\" adds one.");
                return 0;
            }

            var table = Terminal.Table("Scorecard", "", "Recipient");
            foreach (var recipient in recipients) table.AddTexts(recipient.Scope.ToString(), recipient.Part.ToString(), recipient.ToString());
            Terminal.Screen.Write(table);
            return 0;
        });
        return command;
    }

    private static Command Apply()
    {
        var options = new ApplyOptions("recipients.yaml");
        var command = new Command(
            "apply",
            "Makes the recipients of a file those of all scorecards, and says what that has changed.\n\nExample:\n  metrics recipients apply recipients.yaml --reason \"new CFO\"\n  metrics recipients apply recipients.yaml --check")
        { options.File, options.Check, options.DryRun, options.By, options.Reason };
        command.SetAction(async (call, cancellation) =>
        {
            var path = call.GetRequiredValue(options.File);
            var wanted = RecipientFile.Read(path, await File.ReadAllTextAsync(path, cancellation));
            if (call.GetValue(options.Check))
            {
                Console.WriteLine($"{path} is in order: {wanted.Count} recipients.");
                return 0;
            }

            await using var product = await CommandLine.OpenAsync(call, cancellation);
            var store = new RecipientStore(product.Database, product.Clock);
            var dry = call.GetValue(options.DryRun);
            return Print(
                dry ? await store.DiffAsync(wanted, cancellation)
                    : await store.ApplyAsync(wanted, call.GetRequiredValue(options.By), call.GetValue(options.Reason), cancellation), dry);
        });
        return command;
    }

    private static int Print(IReadOnlyList<RecipientChange> changes, bool isDry)
    {
        foreach (var (before, after) in changes)
        {
            var one = after ?? before!;
            var sign = before is null ? '+' : after is null ? '-' : '~';
            Console.WriteLine($"{sign} {one.Scope}: {one.Part.ToString().ToLowerInvariant()} {one}");
        }

        Console.WriteLine(changes.Count == 0 ? "Nothing changes."
            : isDry ? $"{changes.Count} recipients would change. Nothing was applied."
            : changes.Count == 1 ? "1 recipient changed." : $"{changes.Count} recipients changed.");
        return 0;
    }

    /// <exception cref="UsageException">The text cannot be read.</exception>
    internal static T Usable<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (FormatException wrong)
        {
            throw new UsageException(wrong.Message);
        }
    }
}
