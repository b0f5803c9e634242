using System.CommandLine;

namespace Metrics.Server.Commands;

/// <summary><c>metrics migrate</c></summary>
internal static class MigrateCommand
{
    public static Command Create()
    {
        var command = new Command(
            "migrate",
            "Brings the database to this program's schema. Every command does so when it opens the database; this one only says what it did." +
            "\n\nExample:\n  metrics migrate");
        command.SetAction(async (call, cancellation) =>
        {
            await using var product = await CommandLine.OpenAsync(call, cancellation);
            Console.WriteLine(product.Migrated.Count == 0
                ? $"The database is up to date ({product.ServerName})."
                : $"Applied {string.Join(", ", product.Migrated)} ({product.ServerName}).");
            return 0;
        });
        return command;
    }
}
