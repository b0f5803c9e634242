using System.Globalization;
using Spectre.Console;

namespace Metrics.Server.Commands;

/// <summary>Progress of long work: a bar on a terminal, plain lines otherwise; always on stderr, so that stdout stays data.</summary>
internal static class Terminal
{
    private static readonly IAnsiConsole Errors = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });

    /// <summary>Stdout. Where it goes to a file or another program it has no colours, and lines as long as they need to be.</summary>
    public static IAnsiConsole Screen { get; } = Console.IsOutputRedirected ? Plain() : AnsiConsole.Console;

    /// <summary>A step with a name. It reports a share between 0 and 1 and, if it likes, what it is at.</summary>
    public static async Task<T> StepAsync<T>(string name, Func<Action<double, string?>, Task<T>> work)
    {
        if (Console.IsErrorRedirected)
        {
            await Console.Error.WriteLineAsync(name);
            return await work((_, _) => { });
        }

        return await Errors.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 30 }, new PercentageColumn(), new ElapsedTimeColumn())
            .StartAsync(async progress =>
            {
                var task = progress.AddTask(Markup.Escape(name), maxValue: 1);
                var result = await work((share, detail) =>
                {
                    task.Value = share;
                    if (detail is not null) task.Description = Markup.Escape($"{name}: {detail}");
                });
                task.Description = Markup.Escape(name);
                task.Value = 1;
                return result;
            });
    }

    /// <summary>A table with these headings.</summary>
    public static Table Table(params string[] headings)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var heading in headings) table.AddColumn(heading);
        return table;
    }

    /// <summary>A row of plain texts: nothing in them is taken for markup.</summary>
    public static void AddTexts(this Table table, params string[] texts) => table.AddRow(texts.Select(t => new Text(t)));

    /// <summary>A moment as people read it, in UTC.</summary>
    public static string Moment(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private static IAnsiConsole Plain()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors });
        console.Profile.Width = 400;
        return console;
    }

    /// <summary>What parts of the program have to report, on stderr: warnings and worse.</summary>
    public static ILoggerFactory Logs() => LoggerFactory.Create(b => b
        .AddSimpleConsole(c => c.SingleLine = true).SetMinimumLevel(LogLevel.Warning)
        .Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(c => c.LogToStandardErrorThreshold = LogLevel.Trace));

    /// <summary>A line for people, on stderr.</summary>
    public static void Say(string text) => Console.Error.WriteLine(text);
}
