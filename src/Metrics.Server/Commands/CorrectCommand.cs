using System.CommandLine;
using Metrics.Sources.Canonical;
using Metrics.Storage.Ingestion;

namespace Metrics.Server.Commands;

/// <summary><c>metrics correct</c>: puts fields of a record right by hand.</summary>
internal static class CorrectCommand
{
    public static Command Create()
    {
        var fact = new Argument<string>("fact") { Description = "such as incident, pipeline_run" };
        var key = new Argument<string>("key") { Description = "the record's key as evidence shows it, its parts joined by \"/\"" };
        var fields = new Argument<string[]>("column=value") { Description = "what shall hold; an empty value empties the field", Arity = ArgumentArity.OneOrMore };
        var source = new Option<string?>("--source") { Description = "where several sources have such a record", HelpName = "SOURCE" };
        var connection = new Option<string?>("--connection") { Description = "where several connections have", HelpName = "NAME" };
        var (by, reason) = (Signature.By(), Signature.Reason(required: true));
        var command = new Command(
            "correct",
            "Puts fields of a record right. The correction holds whatever the source delivers later, and evidence shows it. It is a batch of its own: " +
            "\"metrics batch revert\" takes it back.\n\n" +
            "Example:\n  metrics correct incident INC-1303 severity=2 --by ana --reason \"one team was affected\"\n  metrics correct list")
        { fact, key, fields, source, connection, by, reason, List() };
        command.SetAction(async (call, cancellation) =>
        {
            var given = call.GetRequiredValue(fields).Select(Field).ToList();
            if (given.GroupBy(f => f.Column).FirstOrDefault(g => g.Count() > 1) is { } twice)
                throw new UsageException($"{twice.Key} is given more than once; give each column one value.");
            await using var product = await CommandLine.OpenAsync(call, cancellation);
            var report = await new RecordCorrection(product.Corrections, await product.Importer.RedactorAsync(cancellation)).CorrectAsync(
                call.GetRequiredValue(fact), call.GetRequiredValue(key), call.GetValue(source), call.GetValue(connection),
                given.ToDictionary(f => f.Column, f => f.Value), call.GetRequiredValue(by), call.GetRequiredValue(reason)!, cancellation);
            Console.WriteLine($"Batch {report.Batch}: {report.Name}{(report.Changed == 0 ? "; it said so already, and will whatever comes later" : "")}.");
            if (!product.IsTimeTravel) await ImportCommand.RefreshAsync(product, cancellation);
            return 0;
        });
        return command;
    }

    private static Command List()
    {
        var all = new Option<bool>("--all") { Description = "those that hold no longer, too" };
        var command = new Command("list", "The corrections that hold, latest first.\n\nExample:\n  metrics correct list --all") { all };
        command.SetAction(async (call, cancellation) =>
        {
            await using var product = await CommandLine.OpenAsync(call, cancellation);
            var table = Terminal.Table("Batch", "At (UTC)", "Record", "Column", "Source says", "Corrected", "By", "Reason", "Ended");
            foreach (Correction c in await product.Corrections.ListAsync(call.GetValue(all), cancellation))
                table.AddTexts(
                    $"{c.Batch}", Terminal.Moment(c.At), $"{c.Fact} {c.Key}", c.Field, c.Original ?? "", c.Value ?? "", c.By, c.Reason,
                    c.EndedBy is { } end ? $"by batch {end}" : "");
            Terminal.Screen.Write(table);
            return 0;
        });
        return command;
    }

    private static (string Column, string Value) Field(string text) => text.Split('=', 2) is [{ Length: > 0 } column, var value]
        ? (column.Trim(), value)
        : throw new UsageException($"\"{text}\" is not a column and its value; write severity=2.");
}
