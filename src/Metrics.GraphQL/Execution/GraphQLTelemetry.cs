using System.Diagnostics;
using System.Diagnostics.Metrics;
using Metrics.GraphQL.Language;

namespace Metrics.GraphQL.Execution;

/// <summary>
/// What the server tells OpenTelemetry: one activity and one measurement per operation, with its name, kind, hash and
/// phases; never the text of the document nor variables.
/// </summary>
public static class GraphQLTelemetry
{
    /// <summary>The name of the activity source and of the meter.</summary>
    public const string Name = "Metrics.GraphQL";

    internal static ActivitySource Source { get; } = new(Name);

    private static readonly Meter Meter = new(Name);

    internal static Histogram<double> Duration { get; } = Meter.CreateHistogram<double>(
        "graphql.server.operation.duration", "s", "How long operations took, by kind, name and outcome.");

    internal static Histogram<double> PhaseDuration { get; } = Meter.CreateHistogram<double>(
        "graphql.server.phase.duration", "s", "How long the phases of operations took: prepare (parse, validate and plan, unless cached) and execute.");

    internal static void Record(Activity? activity, CompiledDocument? document, CompiledOperation? operation, GraphQLResponse response, TimeSpan prepare, TimeSpan execute)
    {
        var kind = operation?.Definition.Operation switch
        {
            OperationType.Query => "query",
            OperationType.Mutation => "mutation",
            OperationType.Subscription => "subscription",
            _ => "none",
        };
        var name = operation?.Definition.Name?.Value ?? "";
        var outcome = response.Errors.Count == 0 ? "ok" : response.IsExecuted ? "partial" : "refused";
        var tags = new TagList { { "graphql.operation.type", kind }, { "graphql.operation.name", name }, { "outcome", outcome } };
        Duration.Record((prepare + execute).TotalSeconds, tags);
        PhaseDuration.Record(prepare.TotalSeconds, new KeyValuePair<string, object?>("phase", "prepare"));
        if (response.IsExecuted) PhaseDuration.Record(execute.TotalSeconds, new KeyValuePair<string, object?>("phase", "execute"));
        if (activity is null) return;
        activity.DisplayName = name.Length > 0 ? $"{kind} {name}" : kind;
        activity.SetTag("graphql.operation.type", kind);
        activity.SetTag("graphql.operation.name", name);
        activity.SetTag("graphql.document.hash", document?.Hash);
        activity.SetTag("graphql.phase.prepare.ms", prepare.TotalMilliseconds);
        activity.SetTag("graphql.phase.execute.ms", execute.TotalMilliseconds);
        activity.SetTag("graphql.errors", response.Errors.Count);
        activity.SetStatus(response.Errors.Count == 0 ? ActivityStatusCode.Ok : ActivityStatusCode.Error, response.Errors.Count == 0 ? null : response.Errors[0].Code);
    }
}
