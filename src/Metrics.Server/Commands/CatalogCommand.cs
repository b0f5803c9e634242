using System.CommandLine;
using Metrics.Sources.Canonical;
using Metrics.Storage.Catalogue;

namespace Metrics.Server.Commands;

/// <summary><c>metrics catalog</c>: teams, datasets and lineage, kept in a file under version control.</summary>
internal static class CatalogCommand
{
    public static Command Create() => new(
        "catalog",
        "Teams, datasets and lineage as the organisation states them, before any source (Catalog:Precedence).\n\n" +
        "Example:\n  metrics catalog apply catalog.yaml --dry-run\n  metrics catalog history sales.orders")
    { Apply(), History() };

    private static Command Apply()
    {
        var options = new ApplyOptions("catalog.yaml");
        var command = new Command(
            "apply",
            "Makes a file what the catalogue says, from now on, and says what that has changed. Earlier periods stay as they were.\n\n" +
            "Example:\n  metrics catalog apply catalog.yaml --reason \"orders promoted to Tier 0\"\n  metrics catalog apply catalog.yaml --check")
        { options.File, options.Check, options.DryRun, options.By, options.Reason };
        command.SetAction(async (call, cancellation) =>
        {
            var path = call.GetRequiredValue(options.File);
            var text = await File.ReadAllTextAsync(path, cancellation);
            var records = CatalogueFile.Read(path, text);
            if (call.GetValue(options.Check))
            {
                Console.WriteLine($"{path} is in order: {Entries(records.Count)}.");
                return 0;
            }

            await using var product = await CommandLine.OpenAsync(call, cancellation);
            var dry = call.GetValue(options.DryRun);
            var changes = dry
                ? await product.CatalogueUpdate.DiffAsync(records, cancellation)
                : await product.CatalogueUpdate.ApplyAsync(path, text, records, call.GetRequiredValue(options.By), call.GetValue(options.Reason), cancellation);
            foreach (var change in changes) Print(change);
            Console.WriteLine(changes.Count == 0 ? "Nothing changes: the catalogue says so already."
                : dry ? $"{Entries(changes.Count)} would change. Nothing was applied." : $"{Entries(changes.Count)} changed.");
            if (!dry && changes.Count > 0 && !product.IsTimeTravel) await ImportCommand.RefreshAsync(product, cancellation);
            return 0;
        });
        return command;
    }

    private static void Print(CatalogueChange change)
    {
        var sign = change.Before is null ? '+' : change.After is null ? '-' : '~';
        Console.WriteLine($"{sign} {change.Entity} {change.Id}");
        if (change.After is null) return;
        foreach (var (name, before, after) in change.Attributes.Where(a => a.Name != change.Entity))
            Console.WriteLine(change.Before is null ? $"    {name}: {after}" : $"    {name}: {before ?? "(nothing)"} -> {after ?? "(nothing)"}");
    }

    private static Command History()
    {
        var id = new Argument<string>("id") { Description = "a dataset or team" };
        var command = new Command(
            "history",
            "What held of a dataset or team since when, from which source, and who brought it in.\n\nExample:\n  metrics catalog history sales.orders")
        { id };
        command.SetAction(async (call, cancellation) =>
        {
            await using var product = await CommandLine.OpenAsync(call, cancellation);
            var wanted = call.GetRequiredValue(id);
            var entries = await CatalogueLog.OfAsync(product.Database, wanted, cancellation);
            if (entries.Count == 0)
                throw new UsageException($"The catalogue has no dataset or team \"{wanted}\". \"metrics kpi --by dataset\" lists datasets with values.");
            var table = Terminal.Table("From (UTC)", "To (UTC)", "What changed", "Source", "Batch", "By", "Why");
            IReadOnlyDictionary<string, string> before = new Dictionary<string, string>();
            foreach (var entry in entries)
            {
                var change = new CatalogueChange(entry.Entity, entry.Id, before, entry.Attributes);
                table.AddTexts(
                    entry.From is { } from ? Terminal.Moment(from) : "ever", entry.To is { } to ? Terminal.Moment(to) : "",
                    string.Join('\n', change.Attributes.Where(a => a.Name != entry.Entity).Select(a => $"{a.Name}: {a.After ?? "(nothing)"}")),
                    entry.Source, $"{entry.Batch}", entry.BroughtBy ?? "", entry.Reason ?? "");
                before = entry.Attributes;
            }

            Terminal.Screen.Write(table);
            return 0;
        });
        return command;
    }

    private static string Entries(int count) => count == 1 ? "1 entry" : $"{count} entries";
}
