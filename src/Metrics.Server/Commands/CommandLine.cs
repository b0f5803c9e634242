using System.CommandLine;
using System.CommandLine.Help;
using System.Globalization;
using Metrics.Kpis;
using Metrics.Kpis.Definitions;
using Metrics.Scorecards.Delivery;
using Metrics.Server.Hosting;
using Metrics.Sources;
using Metrics.Storage;
using Metrics.Storage.Embedded;
using Metrics.Sync;

namespace Metrics.Server.Commands;

/// <summary>The <c>metrics</c> command: its subcommands, the options they share, and what becomes of failures.</summary>
internal static class CommandLine
{
    /// <summary>It failed.</summary>
    public const int Failed = 1;

    /// <summary>It was called wrongly.</summary>
    public const int Misused = 2;

    private static readonly Option<string?> Data = new("--data")
    {
        Description = "the data folder, with the embedded database in it (METRICS_DATA; default ~/.local/share/metrics)",
        Recursive = true,
        HelpName = "DIR",
    };

    private static readonly Option<string?> Now = new("--now")
    {
        Description = "sets the clock for the whole command, as 2026-05-20T12:00:00Z (METRICS_NOW)",
        Recursive = true,
        HelpName = "TIME",
    };

    private static readonly Option<string[]> Set = new("--set")
    {
        Description = "a setting, as Reporting:TimeZone=Europe/Berlin; may be repeated",
        Recursive = true,
        HelpName = "NAME=VALUE",
    };

    /// <summary>Runs a command line and returns its exit code: 0, 1 it failed, 2 you called it wrongly.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var root = new Command(
            "metrics",
            "KPIs and scorecards of a data platform.\n\nExample:\n  metrics demo\n  metrics import canonical ./records\n  metrics kpi --period 2026-Q2 --by tier")
        {
            DemoCommand.Create(), ServeCommand.Create(), ImportCommand.Create(), SyncCommand.Create(), SourcesCommand.Create(), ReplayCommand.Create(),
            IdentityCommand.Create(), ReconcileCommand.Create(), EraseCommand.Create(), KpiCommand.Create(), ScorecardCommand.Create(),
            WaiversCommand.Create(), ActionsCommand.Create(), AuditCommand.Create(), RecipientsCommand.Create(), SendCommand.Create(),
            BatchCommand.Create(), CorrectCommand.Create(), TargetsCommand.Create(), CatalogCommand.Create(), TokensCommand.Create(), BiCommand.Create(), McpCommand.Create(),
            MigrateCommand.Create(), DoctorCommand.Create(),
        };
        foreach (var option in (Option[])[Data, Now, Set, new HelpOption(), new VersionOption()]) root.Options.Add(option);

        var parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors) await Console.Error.WriteLineAsync(error.Message);
            await Console.Error.WriteLineAsync("\"metrics --help\" lists the commands, \"metrics COMMAND --help\" says how one is called.");
            return Misused;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (Exception failure) when (ExitCodeOf(failure) is not null)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return ExitCodeOf(failure)!.Value;
        }
        catch (Exception failure) when (StorageException.Of(failure, "the command") is not null)
        {
            await Console.Error.WriteLineAsync(StorageException.Of(failure, "the command")!.Message);
            return Failed;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Cancelled.");
            return Failed;
        }
    }

    public static Settings SettingsOf(ParseResult call) => Settings.Load(call.GetValue(Set) ?? []);

    public static string DataFolderOf(ParseResult call) => Folders.Data(call.GetValue(Data));

    /// <exception cref="UsageException">The time cannot be read.</exception>
    public static TimeProvider ClockOf(ParseResult call)
    {
        var text = call.GetValue(Now) ?? Environment.GetEnvironmentVariable("METRICS_NOW");
        if (string.IsNullOrEmpty(text)) return TimeProvider.System;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var now)
            ? new FixedTimeProvider(now)
            : throw new UsageException($"--now \"{text}\" is not a time; write it as 2026-05-20T12:00:00Z.");
    }

    public static Task<Product> OpenAsync(ParseResult call, CancellationToken cancellation) =>
        Product.OpenAsync(SettingsOf(call), DataFolderOf(call), ClockOf(call), cancellation);

    private static int? ExitCodeOf(Exception failure) => failure switch
    {
        UsageException or KpiException or SettingsException or SourcesFileException => Misused,
        KpiFilesException or GraphQL.TrustedDocuments.TrustedDocumentException or SourceException or StorageException or MigrationException or PostgresUnavailableException => Failed,
        Scorecards.Printing.PrintingException or Scorecards.Editions.ScorecardException or Storage.Ingestion.CorrectionException or DeliveryException
            or RecipientFileException or Storage.Access.AccessTokenException => Failed,
        IOException or UnauthorizedAccessException => Failed,
        _ => null,
    };
}

/// <summary>The command was called with something that it cannot take; the message says what it takes.</summary>
internal sealed class UsageException(string message) : Exception(message);
