using System.CommandLine;
using Metrics.Kpis.Definitions;
using Metrics.Scorecards.Printing;
using Metrics.Server.Hosting;
using Metrics.Storage;
using Metrics.Storage.Embedded;
using Npgsql;

namespace Metrics.Server.Commands;

/// <summary><c>metrics doctor</c>: what is in force, from where, and what is missing.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var command = new Command(
            "doctor",
            "Says which settings are in force and where each comes from (secrets masked), and whether everything the program needs is there." +
            "\n\nExample:\n  metrics doctor");
        command.SetAction(async (call, cancellation) =>
        {
            var settings = CommandLine.SettingsOf(call);
            Console.WriteLine("Settings");
            foreach (var (name, value, origin, meaning) in settings.All)
                Console.WriteLine($"  {name,-32} {(value.Length == 0 ? "(none)" : value),-28} {origin,-24} {meaning}");
            Console.WriteLine($"  {"data folder",-32} {CommandLine.DataFolderOf(call)}");

            Console.WriteLine("Parts");
            var healthy = true;
            healthy &= Part("chromium", () => InstalledProgram.Chromium());
            healthy &= Part("pdftotext", () => InstalledProgram.PdfTool("pdftotext"));
            healthy &= Part("qpdf", () => InstalledProgram.PdfTool("qpdf"));
            healthy &= Part("KPI files", () => $"{KpiLibrary.Load(Product.KpiFolder(settings), settings.Reporting()).Definitions.Count} definitions");
            healthy &= await PartAsync("database", () => DatabaseAsync(call, cancellation));
            return healthy ? 0 : CommandLine.Failed;
        });
        return command;
    }

    private static async Task<string> DatabaseAsync(ParseResult call, CancellationToken cancellation)
    {
        await using var product = await CommandLine.OpenAsync(call, cancellation);
        await using var state = product.Database.CreateCommand(
            """
            select (select count(*) from ingest.batch where state = 'committed'), (select count(*) from ingest.rejected),
              (select rolsuper from pg_roles where rolname = current_user)
            """);
        await using var row = await state.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        return $"{product.ServerName}; {row.GetInt64(0)} batches, {row.GetInt64(1)} rejected records" +
            (row.GetBoolean(2) ? "; WARNING: the application's role is superuser, give it an ordinary one" : "");
    }

    private static bool Part(string name, Func<string> look) => PartAsync(name, () => Task.FromResult(look())).GetAwaiter().GetResult();

    private static async Task<bool> PartAsync(string name, Func<Task<string>> look)
    {
        try
        {
            Console.WriteLine($"  ok       {name}: {await look()}");
            return true;
        }
        catch (Exception missing) when (missing is PrintingException or KpiFilesException or StorageException or SettingsException
            or PostgresUnavailableException or MigrationException or NpgsqlException or IOException)
        {
            Console.WriteLine($"  MISSING  {name}: {missing.Message}");
            return false;
        }
    }
}
