using System.CommandLine;
using System.Globalization;
using Metrics.Kpis;
using Metrics.Scorecards;
using Metrics.Scorecards.Editions;

namespace Metrics.Server.Commands;

/// <summary>The commands that look at editions and what has become of their figures.</summary>
internal static class ScorecardArchive
{
    public static IEnumerable<Command> Commands() => [List(), Show(), Export(), Explain(), Restatements(), Verify()];

    private static Command List()
    {
        var json = Signature.Json();
        var command = new Command("list", "All editions, latest first.\n\nExample:\n  metrics scorecard list") { json };
        command.SetAction((call, cancellation) => ScorecardLife.WithDeskAsync(call, refresh: false, async (_, desk) =>
        {
            var editions = await desk.Editions.ListAsync(cancellation);
            if (call.GetValue(json)) return EditionJson.Print(editions.Select(EditionJson.Of));
            var table = Terminal.Table("No.", "Period", "Scope", "Edition", "State", "As of (UTC)", "Data cut", "Prepared by", "Approved by", "Published (UTC)", "Reason");
            foreach (var edition in editions)
                table.AddTexts(
                    Number(edition.Edition), edition.Period.Text, edition.Scope.ToString(), Number(edition.Number), edition.State.Word,
                    edition.AsOf is { } at ? Terminal.Moment(at) : "", edition.CutBatch is { } batch ? Number(batch) : "", edition.PreparedBy,
                    edition.ApprovedBy ?? "", edition.PublishedAt is { } when ? Terminal.Moment(when) : "", edition.Reason ?? "");
            Terminal.Screen.Write(table);
            return 0;
        }, cancellation));
        return command;
    }

    private static Command Show()
    {
        var (edition, json) = (Signature.Edition(), Signature.Json());
        var file = new Option<string?>("--out") { Description = "writes the document there: a published one as it was stored, else a checked print that says draft", HelpName = "FILE.pdf" };
        var command = new Command(
            "show", "The KPI table of an edition, and its document.\n\nExample:\n  metrics scorecard show 3\n  metrics scorecard show 3 --out q3.pdf") { edition, file, json };
        command.SetAction((call, cancellation) => ScorecardLife.WithDeskAsync(call, refresh: false, async (product, desk) =>
        {
            var found = await desk.Editions.FindAsync(call.GetRequiredValue(edition), cancellation);
            var scorecard = await desk.ComposeAsync(found.Edition, cancellation);
            if (call.GetValue(file) is { } target)
            {
                if (found.State.IsFinal) await File.WriteAllBytesAsync(target, await desk.Editions.DocumentAsync(found.Edition, cancellation), cancellation);
                else await new ScorecardPdf(product.Printer).WriteAsync(scorecard, target, desk.Style, cancellation);

                Terminal.Say($"{target}: edition {found.Edition}, {found.State.Word}.");
            }

            if (call.GetValue(json)) return EditionJson.Print(EditionJson.Of(scorecard));
            Console.WriteLine($"{scorecard.Title}, {found.Scope}, edition {found.Number} (no. {found.Edition}), {found.State.Word}");
            Console.WriteLine(scorecard.Highlights.Headline);
            var rows = scorecard.Kpis.SelectMany(k => k.Judged).Select(f => f.Row).ToList();
            Terminal.Screen.Write(KpiTable.Of(rows, new KpiRequest(found.Period) { By = [Model.Dimension.Tier] }, product.Reporting, Terminal.Screen.Profile.Width));
            foreach (var words in scorecard.Sheet!.Commentary.Values)
                Console.WriteLine($"{words.Theme}: {words.Text} ({words.WrittenBy})");
            return 0;
        }, cancellation));
        return command;
    }

    private static Command Export()
    {
        var edition = Signature.Edition();
        var format = new Option<string>("--format") { Description = "csv or json", DefaultValueFactory = _ => "csv", HelpName = "FORMAT" };
        var command = new Command(
            "export", "Every figure of a frozen edition, as it is stored.\n\nExample:\n  metrics scorecard export 3 --format csv > q3.csv") { edition, format };
        command.SetAction((call, cancellation) => ScorecardLife.WithDeskAsync(call, refresh: false, async (product, desk) =>
        {
            var output = KpiOutput.Of(call.GetRequiredValue(format));
            var rows = await desk.RowsAsync(call.GetRequiredValue(edition), cancellation);
            output.Write(rows, new KpiRequest(rows[0].Period) { By = [.. rows.SelectMany(r => r.Group.Keys).Distinct()] }, product.Reporting);
            return 0;
        }, cancellation));
        return command;
    }

    private static Command Explain()
    {
        var edition = Signature.Edition();
        var kpi = new Argument<string>("kpi") { Description = "a KPI id" };
        var where = new Option<string[]>("--where") { Description = "the tier whose figure is wanted, as tier=0", HelpName = "DIM=VALUE" };
        var command = new Command(
            "explain",
            "Opens a frozen figure down to the records, the definition and the catalogue as they were, and says whether they still give it.\n\n" +
            "Example:\n  metrics scorecard explain 3 mttr_sev1")
        { edition, kpi, where };
        command.SetAction((call, cancellation) => ScorecardLife.WithDeskAsync(call, refresh: false, async (product, _) =>
        {
            var group = (call.GetValue(where) ?? []).Select(KpiCommand.Condition).ToDictionary(c => c.Dimension, c => c.Value);
            var opened = await new PublishedRecords(product.Database, product.Evaluator)
                .ExplainAsync(call.GetRequiredValue(edition), call.GetRequiredValue(kpi), group, cancellation);
            Console.WriteLine($"Edition {opened.Edition.Edition}, {opened.Edition.State.Word}, as of {Terminal.Moment(opened.Edition.AsOf!.Value)} UTC.");
            Console.WriteLine(opened.Agrees
                ? "The records as they were, by the definition as it was, give this figure again."
                : $"The records as they were give {Figure(opened.Again)}, not the stored figure: it or its records were tampered with, or retention has removed some.");
            ExplanationText.Write(opened.Explanation, product.Reporting);
            return opened.Agrees ? 0 : CommandLine.Failed;
        }, cancellation));
        return command;
    }

    private static Command Restatements()
    {
        var edition = new Argument<long?>("edition") { Description = "of one edition; of all in force by default", Arity = ArgumentArity.ZeroOrOne };
        var all = new Option<bool>("--all") { Description = "every entry, not only the last of each figure" };
        var json = Signature.Json();
        var command = new Command(
            "restatements",
            "Compares published figures with today's, as of their edition's moment, and shows what differs and why.\n\n" +
            "Example:\n  metrics scorecard restatements\n  metrics scorecard restatements 3 --all --json")
        { edition, all, json };
        command.SetAction((call, cancellation) => ScorecardLife.WithDeskAsync(call, refresh: true, async (_, desk) =>
        {
            await desk.Ledger.CompareAsync(cancellation);
            var editions = call.GetValue(edition) is { } one
                ? [(await desk.Editions.FindAsync(one, cancellation)).Edition]
                : (await desk.Editions.ListAsync(cancellation)).Select(e => e.Edition).ToList();
            var entries = call.GetValue(all)
                ? await desk.Ledger.EntriesAsync(editions, cancellation)
                : [.. (await desk.Ledger.CurrentAsync(editions, cancellation)).Where(e => !e.IsSettled)];
            if (call.GetValue(json)) return EditionJson.Print(entries.Select(EditionJson.Of));
            if (entries.Count == 0)
            {
                Console.WriteLine("Every published figure is what it would be today.");
                return 0;
            }

            var table = Terminal.Table("No.", "Period", "Scope", "KPI", "Group", "Published", "Now", "Batches", "Why", "Found (UTC)");
            foreach (var entry in entries)
                table.AddTexts(
                    Number(entry.Edition.Edition), entry.Edition.Period.Text, entry.Edition.Scope.ToString(), entry.Kpi,
                    string.Join(", ", entry.Group.Select(g => $"{g.Key.ToString().ToLowerInvariant()}={g.Value}")), Figure(entry.Published),
                    Figure(entry.Now), entry.BatchFrom is null ? "" : $"{entry.BatchFrom}-{entry.BatchTo}", string.Join(", ", entry.Reasons),
                    Terminal.Moment(entry.FoundAt));
            Terminal.Screen.Write(table);
            return 0;
        }, cancellation));
        return command;
    }

    private static Command Verify()
    {
        var file = new Argument<string>("file") { Description = "a PDF" };
        var command = new Command(
            "verify", "Says whether a PDF is a published scorecard, to the byte. Exit code 0: it is; 1: it is not.\n\nExample:\n  metrics scorecard verify q3.pdf") { file };
        command.SetAction((call, cancellation) => ScorecardLife.WithDeskAsync(call, refresh: false, async (_, desk) =>
        {
            var path = call.GetRequiredValue(file);
            var hash = EditionStore.Sha256Of(await File.ReadAllBytesAsync(path, cancellation));
            var edition = await desk.Editions.OfDocumentAsync(hash, cancellation);
            Console.WriteLine(edition is null
                ? $"{path} is not a published scorecard: no edition has the SHA-256 {hash}."
                : $"{path} is edition {edition.Edition}: {edition.Period.Text}, {edition.Scope}, edition {edition.Number}, {edition.State.Word}, " +
                  $"approved by {edition.ApprovedBy} on {Terminal.Moment(edition.PublishedAt!.Value)} UTC.");
            return edition is null ? CommandLine.Failed : 0;
        }, cancellation));
        return command;
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Figure(double? value) => value?.ToString("G8", CultureInfo.InvariantCulture) ?? "none";
}
