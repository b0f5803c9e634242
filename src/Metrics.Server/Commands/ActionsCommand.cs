using System.CommandLine;
using System.Globalization;
using Metrics.Scorecards.Editions;

namespace Metrics.Server.Commands;

/// <summary><c>metrics actions</c>: what reviews decide.</summary>
internal static class ActionsCommand
{
    public static Command Create() => new(
        "actions",
        "Decisions and actions of reviews. What is open is carried into the next scorecard until it is done.\n\nExample:\n  metrics actions list")
    { Add(), Done(), List() };

    private static Command Add()
    {
        var text = new Argument<string>("text") { Description = "what is to be done, or what was decided" };
        var edition = new Option<long>("--edition") { Description = "the scorecard under review", HelpName = "NO", Required = true };
        var owner = new Option<string?>("--owner") { Description = "who does it; without owner and due date it is a decision", HelpName = "NAME" };
        var due = new Option<string?>("--due") { Description = "until when", HelpName = "DATE" };
        var by = Signature.By();
        var command = new Command(
            "add",
            "Records an action or a decision.\n\nExample:\n  metrics actions add --edition 3 --owner lee --due 2026-11-30 --by ana \"Halve the retries of orders\"\n" +
            "  metrics actions add --edition 3 --by ana \"We stay with the targets of Q3\"")
        { text, edition, owner, due, by };
        command.SetAction((call, cancellation) => ScorecardLife.WithDeskAsync(call, refresh: false, async (product, desk) =>
        {
            var found = await desk.Editions.FindAsync(call.GetRequiredValue(edition), cancellation);
            var number = await new ReviewActions(product.Database, product.Clock).AddAsync(
                found.Edition, found.Scope, call.GetRequiredValue(text), call.GetValue(owner),
                call.GetValue(due) is { } day ? WaiversCommand.Day(day, "--due") : null, call.GetRequiredValue(by), cancellation);
            Console.WriteLine($"Action {number}.");
            return 0;
        }, cancellation));
        return command;
    }

    private static Command Done()
    {
        var number = new Argument<long>("number") { Description = "as \"metrics actions list\" shows it" };
        var outcome = new Option<string?>("--outcome") { Description = "what came of it", HelpName = "TEXT" };
        var by = Signature.By();
        var command = new Command("done", "Closes an action.\n\nExample:\n  metrics actions done 4 --by lee --outcome \"retries fell from 9 to 3 a day\"") { number, outcome, by };
        command.SetAction(async (call, cancellation) =>
        {
            await using var product = await CommandLine.OpenAsync(call, cancellation);
            await new ReviewActions(product.Database, product.Clock).DoneAsync(
                call.GetRequiredValue(number), call.GetRequiredValue(by), call.GetValue(outcome), cancellation);
            Console.WriteLine("Done.");
            return 0;
        });
        return command;
    }

    private static Command List()
    {
        var all = new Option<bool>("--all") { Description = "decisions and what is done, too" };
        var json = Signature.Json();
        var command = new Command("list", "The open actions.\n\nExample:\n  metrics actions list --all") { all, json };
        command.SetAction(async (call, cancellation) =>
        {
            await using var product = await CommandLine.OpenAsync(call, cancellation);
            var actions = await new ReviewActions(product.Database, product.Clock).ListAsync(call.GetValue(all), cancellation);
            if (call.GetValue(json)) return EditionJson.Print(actions.Select(EditionJson.Of));
            var table = Terminal.Table("No.", "Scope", "Edition", "Text", "Owner", "Due", "State");
            foreach (var action in actions)
                table.AddTexts(
                    $"{action.Number}", action.Scope.ToString(), $"{action.Edition}", action.Text, action.Owner ?? "",
                    action.DueOn?.ToString("O", CultureInfo.InvariantCulture) ?? "",
                    action.IsDecision ? "decided" : action.DoneAt is { } at ? $"done {Terminal.Moment(at)} by {action.DoneBy}: {action.Outcome}" : "open");
            Terminal.Screen.Write(table);
            return 0;
        });
        return command;
    }
}
