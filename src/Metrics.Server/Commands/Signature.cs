using System.CommandLine;

namespace Metrics.Server.Commands;

/// <summary>Options and arguments that the commands about scorecards share.</summary>
internal static class Signature
{
    public static Option<string> By() => new("--by")
    {
        Description = "who does it (default: the user of the operating system)",
        DefaultValueFactory = _ => Environment.UserName,
        HelpName = "NAME",
    };

    public static Option<string?> Reason(bool required = false) => new("--reason") { Description = "why", HelpName = "TEXT", Required = required };

    public static Option<bool> Json() => new("--json") { Description = "as JSON" };

    public static Argument<long> Edition() => new("edition") { Description = "the number of the edition, as \"metrics scorecard list\" shows it" };
}
