using System.CommandLine;
using System.Globalization;
using Metrics.Server.Hosting;
using Metrics.Sources;

namespace Metrics.Server.Commands;

/// <summary><c>metrics sources</c>: what can be connected, what is, and how it does.</summary>
internal static class SourcesCommand
{
    public static Command Create() => new(
        "sources",
        "The systems that records come from, and the connections of sources.yaml.\n\n" +
        "Example:\n  metrics sources list\n  metrics sources test github/main\n  metrics sources status\n  metrics sources map github/main --dry-run")
    { List(), Test(), Status(), Map() };

    private static Command List()
    {
        var source = new Argument<string?>("source") { Description = "say all about this source: its options, secrets and mapping topics", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("list", "The sources there are, and the connections of sources.yaml.\n\nExample:\n  metrics sources list\n  metrics sources list dbt") { source };
        command.SetAction(call =>
        {
            if (call.GetValue(source) is { } name)
            {
                Describe(Product.Sources.FirstOrDefault(s => s.Name == name)
                    ?? throw new UsageException($"There is no source \"{name}\"; there are {string.Join(", ", Product.Sources.Select(s => s.Name))}."));
                return 0;
            }

            var sources = Terminal.Table("Source", "Ways in", "What it reads");
            foreach (var each in Product.Sources) sources.AddTexts(each.Name, Ways(each), each.Description);
            Terminal.Screen.Write(sources);
            var settings = CommandLine.SettingsOf(call);
            var connections = Product.Connections(settings);
            if (connections.Count == 0)
            {
                Console.WriteLine($"No connections are configured ({settings["Sources:File"]}); docs/platform-engineer.md shows how.");
                return 0;
            }

            var table = Terminal.Table("Connection", "Schedule", "Sweep", "Heartbeat", "Rules", "Missing");
            foreach (var each in connections)
                table.AddTexts(
                    each.Title, each.Schedule?.Text ?? "", each.Sweep?.Text ?? "", each.Heartbeat is { } silence ? Span(silence) : "",
                    $"{each.Connection.Mapping.Topics.Sum(t => t.Value.Count)}", string.Join(", ", each.MissingVariables));
            Terminal.Screen.Write(table);
            return 0;
        });
        return command;
    }

    private static Command Test()
    {
        var which = ConnectionArgument.Create("test these; all if none is named");
        var command = new Command(
            "test", "Asks each connection's system for as little as shows that address, credentials and rights are right.\n\nExample:\n  metrics sources test github/main")
        { which };
        command.SetAction(async (call, cancellation) =>
        {
            var chosen = ConnectionArgument.Choose(Product.Connections(CommandLine.SettingsOf(call)), call.GetValue(which) ?? []);
            await using var product = await CommandLine.OpenAsync(call, cancellation);
            var failed = false;
            foreach (var configured in chosen)
            {
                try
                {
                    Console.WriteLine($"ok      {configured.Title}: {await product.Sync.TestAsync(configured, cancellation)}");
                }
                catch (SourceException wrong)
                {
                    failed = true;
                    Terminal.Say($"FAILED  {configured.Title}: {wrong.Message}");
                }
            }

            return failed ? CommandLine.Failed : 0;
        });
        return command;
    }

    private static Command Status()
    {
        var command = new Command(
            "status", "How every connection does: last success and failure, lag, what it has delivered, until when it vouches.\n\nExample:\n  metrics sources status");
        command.SetAction(async (call, cancellation) =>
        {
            var connections = Product.Connections(CommandLine.SettingsOf(call));
            await using var product = await CommandLine.OpenAsync(call, cancellation);
            var now = product.Clock.GetUtcNow();
            var table = Terminal.Table("Connection", "State", "Last success", "Lag", "Vouches until", "Payloads", "Records", "Rejected", "Error");
            foreach (var health in await ConnectionHealth.LoadAsync(product, connections, cancellation))
            {
                table.AddTexts(
                    health.Connection.Length == 0 ? health.Source : $"{health.Source}/{health.Connection}", health.State,
                    health.LastSuccess is { } at ? Terminal.Moment(at) : "never", health.LastSuccess is { } then && now > then ? Span(now - then) : "",
                    health.VouchesUntil is { } until ? Terminal.Moment(until) : "", Number(health.Payloads), Number(health.Records), Number(health.Rejected),
                    health.Error is null ? "" : health.RetryAt > now ? $"{health.Error} Next try {Terminal.Moment(health.RetryAt.Value)}." : health.Error);
            }

            Terminal.Screen.Write(table);
            return 0;
        });
        return command;
    }

    private static Command Map()
    {
        var which = ConnectionArgument.Create("try the rules of these; all if none is named");
        var dry = new Option<bool>("--dry-run") { Description = "the only way: nothing is written; \"metrics replay\" applies changed rules to what has arrived" };
        var latest = new Option<int>("--latest") { Description = "how many of the newest payloads to read", DefaultValueFactory = _ => 200, HelpName = "N" };
        var command = new Command(
            "map", "Shows what the mapping rules of a connection make of its newest payloads: how often each rule gave the answer, and what none matched.\n\n" +
            "Example:\n  metrics sources map github/main --dry-run")
        { which, dry, latest };
        command.SetAction(async (call, cancellation) =>
        {
            var chosen = ConnectionArgument.Choose(Product.Connections(CommandLine.SettingsOf(call)), call.GetValue(which) ?? []);
            await using var product = await CommandLine.OpenAsync(call, cancellation);
            foreach (var configured in chosen.Where(c => c.Connection.Source.Settings.Topics.Count > 0))
            {
                var trial = await product.Replayer.TryAsync(configured.Connection, call.GetValue(latest), cancellation);
                Console.WriteLine($"{configured.Title}: {trial.Payloads} payloads, {trial.Records} records{(trial.Refused > 0 ? $", {trial.Refused} payloads could not be read" : "")}");
                var table = Terminal.Table("Topic", "Rule", "Answers");
                foreach (var (topic, rule, count) in trial.Rules) table.AddTexts(topic, rule?.Text ?? "no rule matched", Number(count));
                Terminal.Screen.Write(table);
                foreach (var topic in configured.Connection.Source.Settings.Topics)
                    foreach (var example in trial.Unmapped(topic.Name)) Console.WriteLine($"  no {topic.Name}: {example}");
            }

            return 0;
        });
        return command;
    }

    private static void Describe(ISource source)
    {
        Console.WriteLine($"{source.Name}: {source.Description}\nWays in: {Ways(source)}");
        var settings = source.Settings;
        var table = Terminal.Table("Key", "Takes", "Default", "Meaning");
        foreach (var option in settings.Options)
            table.AddTexts(
                $"options.{option.Name}", option.Words.Count > 0 ? string.Join(", ", option.Words) : OptionText.Form(option.Kind),
                option.Default ?? (option.IsRequired ? "(required)" : ""), option.Meaning);
        foreach (var secret in settings.Secrets)
            table.AddTexts($"secrets.{secret.Name}", "${ENV_NAME}", secret.IsRequired ? "(required)" : "", secret.Meaning);
        foreach (var topic in settings.Topics)
            table.AddTexts($"mapping.{topic.Name}", "rules on " + string.Join(", ", topic.Attributes), "", topic.Meaning);
        Terminal.Screen.Write(table);
    }

    private static string Ways(ISource source) => string.Join(", ", new[]
    {
        "file", source is IPullSource ? "pull" : null, source is IPushSource ? "push" : null, source is ISweepSource ? "sweep" : null,
    }.OfType<string>());

    private static string Number(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static string Span(TimeSpan span) => span switch
    {
        { TotalDays: >= 2 } => $"{(int)span.TotalDays} d",
        { TotalHours: >= 2 } => $"{(int)span.TotalHours} h",
        { TotalMinutes: >= 2 } => $"{(int)span.TotalMinutes} min",
        _ => $"{(int)span.TotalSeconds} s",
    };
}
