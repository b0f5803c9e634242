using System.CommandLine;
using System.Globalization;
using Metrics.Storage.Ingestion;

namespace Metrics.Server.Commands;

/// <summary><c>metrics batch</c>: what arrived, and taking it back.</summary>
internal static class BatchCommand
{
    public static Command Create() => new(
        "batch", "Batches: every file, page, event and change by hand that wrote records.\n\nExample:\n  metrics batch list\n  metrics batch revert 41 --by ana --reason \"test data\"")
    { List(), Show(), Revert() };

    private static Command List()
    {
        var most = new Option<int>("--most") { Description = "how many", DefaultValueFactory = _ => 30, HelpName = "N" };
        var source = new Option<string?>("--source") { Description = "of one source", HelpName = "SOURCE" };
        var json = Signature.Json();
        var command = new Command("list", "The last batches, latest first.\n\nExample:\n  metrics batch list --source canonical") { most, source, json };
        command.SetAction(async (call, cancellation) =>
        {
            await using var product = await CommandLine.OpenAsync(call, cancellation);
            var batches = await product.Batches.ListAsync(call.GetValue(most), call.GetValue(source), cancellation);
            if (call.GetValue(json)) return EditionJson.Print(batches);
            var table = Terminal.Table("Batch", "Arrived (UTC)", "Source", "Way", "Payload", "New", "Changed", "Same", "Rejected", "State");
            foreach (var b in batches)
                table.AddTexts(
                    $"{b.Batch}", Terminal.Moment(b.StartedAt), SourceOf(b), b.Way, Path.GetFileName(b.Name), Count(b.New), Count(b.Changed), Count(b.Same),
                    Count(b.Rejected), StateOf(b));
            Terminal.Screen.Write(table);
            return 0;
        });
        return command;
    }

    private static Command Show()
    {
        var (number, json) = (Number(), Signature.Json());
        var command = new Command("show", "All about one batch.\n\nExample:\n  metrics batch show 41") { number, json };
        command.SetAction(async (call, cancellation) =>
        {
            await using var product = await CommandLine.OpenAsync(call, cancellation);
            var b = await product.Batches.FindAsync(call.GetRequiredValue(number), cancellation);
            var facts = await product.Batches.FactsAsync(b.Batch, cancellation);
            if (call.GetValue(json)) return EditionJson.Print(new { batch = b, facts });
            (string Name, string? Value)[] lines =
            [
                ("Batch", $"{b.Batch}, {b.Way}, {StateOf(b)}"), ("Source", SourceOf(b)), ("Payload", b.Name), ("SHA-256", b.Sha256.Length > 0 ? b.Sha256 : null),
                ("Arrived", $"{Terminal.Moment(b.StartedAt)} UTC"), ("Written", b.CommittedAt is { } at ? $"{Terminal.Moment(at)} UTC" : null),
                ("Records of", b is { FirstAt: { } first, LastAt: { } last } ? $"{Terminal.Moment(first)} to {Terminal.Moment(last)} UTC" : null),
                ("By", b.By), ("Reason", b.Reason), ("Error", b.Error), ("Reads again", b.Replays is { } r ? $"batch {r}" : null),
                ("Takes back", b.Reverts is { } t ? $"batch {t}" : null), ("Rejected", b.Rejected > 0 ? Count(b.Rejected) : null),
                .. facts.Select(f => ($"{f.Key}", (string?)$"{Count(f.Value.New)} new, {Count(f.Value.Changed)} changed, {Count(f.Value.Same)} the same")),
            ];
            foreach (var (name, value) in lines.Where(l => l.Value is not null)) Console.WriteLine($"{name,-12}  {value}");
            return 0;
        });
        return command;
    }

    private static Command Revert()
    {
        var (number, by, reason) = (Number(), Signature.By(), Signature.Reason(required: true));
        var command = new Command(
            "revert",
            "Takes a batch back: each record is again what was delivered before it, one that was not is gone, corrections by hand are undone. What was " +
            "delivered later stays. It is a batch of its own and in the audit log; published scorecards stay as they are, and their restatements say why.\n\n" +
            "Example:\n  metrics batch revert 41 --by ana --reason \"test data\"")
        { number, by, reason };
        command.SetAction(async (call, cancellation) =>
        {
            await using var product = await CommandLine.OpenAsync(call, cancellation);
            var report = await product.BatchRevert.RevertAsync(
                call.GetRequiredValue(number), call.GetRequiredValue(by), call.GetRequiredValue(reason)!, cancellation);
            Console.WriteLine($"Batch {report.Batch}: {Count(-report.New)} records are gone, {Count(report.Changed)} are what they were before batch {call.GetRequiredValue(number)}.");
            if (!product.IsTimeTravel) await ImportCommand.RefreshAsync(product, cancellation);
            return 0;
        });
        return command;
    }

    private static Argument<long> Number() => new("batch") { Description = "its number, as \"metrics batch list\" and evidence show it" };

    private static string SourceOf(BatchEntry batch) => batch.Connection.Length == 0 ? batch.Source : $"{batch.Source}/{batch.Connection}";

    private static string StateOf(BatchEntry batch) => batch.RevertedBy is { } other
        ? string.Create(CultureInfo.InvariantCulture, $"taken back by {other}")
        : batch.State;

    private static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
