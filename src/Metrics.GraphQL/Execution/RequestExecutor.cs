using System.Diagnostics;
using Metrics.GraphQL.Language;
using Metrics.GraphQL.TrustedDocuments;
using Metrics.GraphQL.Types;
using Metrics.GraphQL.Validation;
using Microsoft.Extensions.Logging;

namespace Metrics.GraphQL.Execution;

/// <summary>
/// Executes requests against one schema: finds or compiles the document, coerces variables, prices, executes and writes.
/// Thread safe; keep one per schema.
/// </summary>
public sealed class RequestExecutor
{
    private readonly DocumentCache cache;
    private readonly ErrorReporter reporter;
    private readonly ParserOptions parserOptions;

    /// <summary>Prepares a schema for execution.</summary>
    /// <exception cref="TrustedDocumentException">A trusted document is invalid.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A limit is one that the parser cannot keep to.</exception>
    public RequestExecutor(Schema schema, GraphQLOptions? options = null, IEnumerable<IErrorFilter>? errorFilters = null, ILogger<RequestExecutor>? logger = null)
    {
        Schema = schema;
        Options = options ?? new GraphQLOptions();
        parserOptions = new ParserOptions { MaxTokens = Options.MaxTokens, MaxDepth = Options.MaxParserDepth };
        cache = new DocumentCache(Options.DocumentCacheSize);
        reporter = new ErrorReporter([.. errorFilters ?? []], logger);
        TrustedDocuments = Options.TrustedDocuments is { } folder
            ? TrustedDocumentStore.Load(schema, folder, Options)
            : TrustedDocumentStore.Empty;
    }

    public Schema Schema { get; }

    public GraphQLOptions Options { get; }

    public TrustedDocumentStore TrustedDocuments { get; }

    internal int CachedDocuments => cache.Count;

    /// <summary>Executes a request. Whatever is wrong with it, or goes wrong, is in the response's errors.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async ValueTask<GraphQLResponse> ExecuteAsync(GraphQLRequest request, CancellationToken cancellationToken = default)
    {
        using var activity = GraphQLTelemetry.Source.StartActivity("graphql", ActivityKind.Server);
        var started = Stopwatch.GetTimestamp();
        var prepared = started;
        CompiledDocument? document = null;
        CompiledOperation? operation = null;
        GraphQLResponse response;
        try
        {
            document = Find(request);
            if (document.Errors.Count > 0) throw new GraphQLException(document.Errors);
            operation = document.Find(request.OperationName);
            if (request.QueriesOnly && operation.Definition.Operation != OperationType.Query)
            {
                response = Refuse([new GraphQLError("Only queries can be executed this way. Send a POST request.") { Code = ErrorCodes.BadRequest }], isForbiddenMutation: true);
            }
            else
            {
                var variables = new VariableCoercion(Schema, Options.MaxErrors, Options.Suggestions).Coerce(operation.Definition, request.Variables);
                Price(operation, variables);
                prepared = Stopwatch.GetTimestamp();
                response = await ExecuteAsync(operation, variables, request, cancellationToken);
            }
        }
        catch (GraphQLException e)
        {
            prepared = Stopwatch.GetTimestamp();
            response = Refuse(e.Errors);
        }
        GraphQLTelemetry.Record(
            activity, document, operation, response, Stopwatch.GetElapsedTime(started, prepared), Stopwatch.GetElapsedTime(prepared));
        return response;
    }

    /// <exception cref="GraphQLException">The operation could cost more than is allowed.</exception>
    private void Price(CompiledOperation operation, VariableValues variables)
    {
        if (operation.IsAffordable) return;
        if (new OperationCost(Schema, operation.Fragments, Options, variables).Check(operation.Definition) is { } tooDear)
            throw new GraphQLException(tooDear);
        operation.IsAffordable = operation.Definition.Variables.Count == 0;
    }

    private CompiledDocument Find(GraphQLRequest request)
    {
        if (request.DocumentName is { } name)
        {
            var named = TrustedDocuments.FindByName(name)
                ?? throw new GraphQLException($"No document is stored under the name \"{ScalarText.Clip(name)}\".", ErrorCodes.DocumentNotFound);
            return cache.GetOrAdd(named.Hash, named.Text.Length, () => Compile(named.Text, named.Hash));
        }
        if (request.Document is not { } text) return FindByHash(request.DocumentHash);
        var hash = TrustedDocumentStore.Hash(text);
        if (Options.OnlyTrustedDocuments && TrustedDocuments.FindByHash(hash) is null)
            throw new GraphQLException("Only trusted documents are executed here. Ask for one by its name.", ErrorCodes.OnlyTrustedDocuments);
        return cache.GetOrAdd(hash, text.Length, () => Compile(text, hash));
    }

    private CompiledDocument FindByHash(string? hash)
    {
        if (hash is null) throw new GraphQLException("The request has no document. Send \"query\".", ErrorCodes.BadRequest);
        if (TrustedDocuments.FindByHash(hash) is { } trusted) return cache.GetOrAdd(trusted.Hash, trusted.Text.Length, () => Compile(trusted.Text, trusted.Hash));
        // Whatever was executed lately can be asked for by its hash, which is what Apollo calls automatic persisted queries;
        // the message is the one that its clients look for before they send the text.
        var known = Options.OnlyTrustedDocuments ? null : cache.Find(hash.ToLowerInvariant());
        return known ?? throw new GraphQLException("PersistedQueryNotFound", ErrorCodes.DocumentNotFound);
    }

    private CompiledDocument Compile(string text, string hash)
    {
        try
        {
            var syntax = Parser.Parse(text, parserOptions);
            var errors = DocumentValidator.Validate(Schema, syntax, new ValidationOptions
            {
                MaxErrors = Options.MaxErrors,
                MergeBudget = Options.MergeBudget,
                Suggestions = Options.Suggestions,
            });
            return errors.Count > 0 ? CompiledDocument.Invalid(hash, errors) : new CompiledDocument(Schema, syntax, hash, Options);
        }
        catch (GraphQLException e)
        {
            return CompiledDocument.Invalid(hash, e.Errors);
        }
    }

    private async ValueTask<GraphQLResponse> ExecuteAsync(
        CompiledOperation operation, VariableValues variables, GraphQLRequest request, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var longest = operation.Definition.Operation == OperationType.Mutation ? Options.MutationTimeout : Options.Timeout;
        timeout.CancelAfter(longest);
        var writer = new ResponseWriter();
        try
        {
            await using var state = new RequestState
            {
                Variables = variables,
                Services = request.Services ?? EmptyServices.Instance,
                User = request.User,
                RootValue = request.RootValue,
                CancellationToken = timeout.Token,
                Reporter = reporter,
            };
            writer.WriteStartObject();
            writer.WriteName("data");
            var errors = await new OperationExecutor(operation.Plan(variables), state, writer).ExecuteAsync();
            if (errors.Count > 0) ErrorWriter.Write(writer, errors);
            writer.WriteEndObject();
            return new GraphQLResponse(writer, isExecuted: true, errors);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Failed(writer, new GraphQLError(
                FormattableString.Invariant($"The operation took longer than {longest.TotalSeconds} seconds. Ask for less at once."))
            { Code = ErrorCodes.Timeout });
        }
        catch (GraphQLException e)
        {
            return Failed(writer, e.Errors[0]);
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    private GraphQLResponse Failed(ResponseWriter writer, GraphQLError error)
    {
        IReadOnlyList<GraphQLError> errors = [reporter.Filter(error)];
        writer.Rollback(0);
        writer.WriteStartObject();
        writer.WriteName("data");
        writer.WriteNull();
        ErrorWriter.Write(writer, errors);
        writer.WriteEndObject();
        return new GraphQLResponse(writer, isExecuted: true, errors);
    }

    private GraphQLResponse Refuse(IReadOnlyList<GraphQLError> errors, bool isForbiddenMutation = false)
    {
        errors = [.. errors.Select(reporter.Filter)];
        var writer = new ResponseWriter();
        writer.WriteStartObject();
        ErrorWriter.Write(writer, errors);
        writer.WriteEndObject();
        return new GraphQLResponse(writer, isExecuted: false, errors) { IsForbiddenMutation = isForbiddenMutation };
    }

    private sealed class EmptyServices : IServiceProvider
    {
        public static EmptyServices Instance { get; } = new();

        public object? GetService(Type serviceType) => null;
    }
}
