using Spectre.Console;

namespace Metrics.Server.Commands;

/// <summary>Progress of long work: a bar on a terminal, plain lines otherwise; always on stderr, so that stdout stays data.</summary>
internal static class Terminal
{
    private static readonly IAnsiConsole Errors = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });

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

    /// <summary>A line for people, on stderr.</summary>
    public static void Say(string text) => Console.Error.WriteLine(text);
}
