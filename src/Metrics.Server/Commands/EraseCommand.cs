using System.CommandLine;

namespace Metrics.Server.Commands;

/// <summary><c>metrics erase PERSON…</c></summary>
internal static class EraseCommand
{
    public static Command Create()
    {
        var people = new Argument<string[]>("person")
        {
            Description = "a name, login or address, exactly as the source system writes it; each form that it uses",
            Arity = ArgumentArity.OneOrMore,
        };
        var command = new Command(
            "erase",
            "Makes what is kept of a person stand for nobody. Names and addresses are stored as keyed hashes only; this replaces the hash in records, " +
            "their history and landed payloads. No KPI changes.\n\nExample:\n  metrics erase ada@example.com ada-lovelace")
        { people };
        command.SetAction(async (call, cancellation) =>
        {
            await using var product = await CommandLine.OpenAsync(call, cancellation);
            var redactor = await product.Importer.RedactorAsync(cancellation);
            IReadOnlyList<string> files = [];
            foreach (var person in call.GetRequiredValue(people))
            {
                var erased = await product.Housekeeping.EraseAsync(redactor.Hash(person)!, cancellation);
                files = erased.Files;

                // The name is not repeated: what is printed is often kept.
                Console.WriteLine($"{erased.Records} records and {erased.Payloads} stored payloads named this person and no longer do.");
            }

            foreach (var file in files) Terminal.Say($"{file} is kept by its path and was not changed; look there yourself.");
            return 0;
        });
        return command;
    }
}
