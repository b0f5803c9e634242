using System.CommandLine;
using System.Globalization;

namespace Metrics.Server.Commands;

/// <summary><c>metrics identity</c>: one dataset, one team, whatever a system calls it.</summary>
internal static class IdentityCommand
{
    private static readonly string[] Kinds = ["dataset", "team"];

    public static Command Create() => new(
        "identity",
        "One dataset, one team, whatever a system calls it.\n\n" +
        "Example:\n  metrics identity list\n  metrics identity alias dataset analytics.orders sales.orders --source openlineage\n" +
        "  metrics identity rename team crm customer-care\n  metrics identity merge dataset shop.orders sales.orders")
    {
        List(),
        Change("alias", "Says that a name that records use means an entry of the catalogue.", "name", "entry", source: true),
        Change("rename", "Gives an entry of the catalogue another name; all records and other names follow.", "from", "to", source: false),
        Change("merge", "Makes one of two entries: what is known of the first counts for the second.", "from", "into", source: false),
    };

    private static Command List()
    {
        var all = new Option<bool>("--aliases") { Description = "list the other names that are known, instead" };
        var most = new Option<int>("--most") { Description = "how many names to show", DefaultValueFactory = _ => 50, HelpName = "N" };
        var command = new Command(
            "list",
            "Names that records use and the catalogue does not know, with the share of the source's records that they keep out of tiers, teams and " +
            "domains, and entries that look alike.\n\nExample:\n  metrics identity list")
        { all, most };
        command.SetAction(async (call, cancellation) =>
        {
            await using var product = await CommandLine.OpenAsync(call, cancellation);
            if (call.GetValue(all))
            {
                var aliases = Terminal.Table("Kind", "Source", "Name", "Means");
                foreach (var (kind, source, name, target) in await product.Identity.AliasesAsync(cancellation))
                    aliases.AddTexts(kind, source.Length == 0 ? "(all)" : source, name, target);
                Terminal.Screen.Write(aliases);
                return 0;
            }

            var names = await product.Identity.UnresolvedAsync(cancellation);
            if (names.Count == 0)
            {
                Console.WriteLine("The catalogue knows every name that records use.");
                return 0;
            }

            var table = Terminal.Table("Kind", "Source", "Name", "Records", "Share", "Looks like");
            foreach (var name in names.Take(call.GetValue(most)))
                table.AddTexts(
                    name.Kind, name.Source, name.Name, name.Records.ToString("N0", CultureInfo.InvariantCulture),
                    name.Share.ToString("P1", CultureInfo.InvariantCulture), string.Join(", ", name.Suggestions));
            Terminal.Screen.Write(table);
            if (names.Count > call.GetValue(most)) Console.WriteLine($"{names.Count - call.GetValue(most)} more; --most {names.Count} shows all.");
            return 0;
        });
        return command;
    }

    private static Command Change(string verb, string meaning, string first, string second, bool source)
    {
        var kind = new Argument<string>("kind") { Description = "dataset or team" };
        var from = new Argument<string>(first) { Description = verb == "alias" ? "as the records write it" : "the entry as it is" };
        var to = new Argument<string>(second) { Description = verb == "rename" ? "its new name" : "the entry of the catalogue" };
        var whose = new Option<string>("--source") { Description = "only in records of this source", DefaultValueFactory = _ => "", HelpName = "SOURCE" };
        var by = new Option<string>("--by") { Description = "who says so, for the history (default: the user of the operating system)", DefaultValueFactory = _ => Environment.UserName, HelpName = "NAME" };
        var reason = new Option<string?>("--reason") { Description = "why, for the history", HelpName = "TEXT" };
        var command = new Command(verb, $"{meaning}\n\nExample:\n  metrics identity {verb} dataset shop.orders sales.orders") { kind, from, to, by, reason };
        if (source) command.Options.Add(whose);
        command.SetAction(async (call, cancellation) =>
        {
            if (!Kinds.Contains(call.GetRequiredValue(kind)))
                throw new UsageException($"\"{call.GetRequiredValue(kind)}\" is neither dataset nor team.");
            await using var product = await CommandLine.OpenAsync(call, cancellation);
            var (what, old, target, who, why) = (call.GetRequiredValue(kind), call.GetRequiredValue(from), call.GetRequiredValue(to), call.GetRequiredValue(by), call.GetValue(reason));
            var wrong = verb switch
            {
                "alias" => await product.Identity.AliasAsync(what, call.GetRequiredValue(whose), old, target, who, why, cancellation),
                "rename" => await product.Identity.RenameAsync(what, old, target, who, why, cancellation),
                _ => await product.Identity.MergeAsync(what, old, target, who, why, cancellation),
            };
            if (wrong is not null) throw new UsageException(wrong);
            Console.WriteLine($"{what} {old} now means {target}.");
            if (!product.IsTimeTravel) await ImportCommand.RefreshAsync(product, cancellation);
            return 0;
        });
        return command;
    }
}
