using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Metrics.GraphQL.Execution;
using Metrics.GraphQL.Language;
using Metrics.GraphQL.Types;
using Metrics.GraphQL.Validation;

namespace Metrics.GraphQL.Conformance;

/// <summary>Answers single cases. Schemas are kept by their text, as the oracle keeps them.</summary>
public sealed class CaseRunner
{
    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 1000 };

    private static readonly ParserOptions Wide = new() { MaxTokens = int.MaxValue, MaxDepth = 500 };

    // The oracle knows no limits, so none may decide a case.
    private static readonly GraphQLOptions Unlimited = new()
    {
        MaxTokens = int.MaxValue,
        MaxParserDepth = 500,
        MaxDepth = int.MaxValue,
        MaxFields = int.MaxValue,
        MaxAliases = int.MaxValue,
        MaxRootFields = int.MaxValue,
        MaxDirectivesPerLocation = int.MaxValue,
        MaxFragmentVisits = int.MaxValue,
        MaxErrors = int.MaxValue,
        MergeBudget = int.MaxValue,
        MaxCost = long.MaxValue,
        DocumentCacheSize = 0,
    };

    private readonly Dictionary<(string Sdl, bool Mock), (RequestExecutor? Executor, IReadOnlyList<GraphQLError> Errors)> schemas = [];

    /// <summary>Runs a case to the phase it names, or to where it stops.</summary>
    public async Task<string> RunAsync(JsonElement test)
    {
        JsonObject answer;
        try
        {
            answer = await AnswerAsync(test);
        }
        catch (Exception e)
        {
            answer = Fail("oracle", [new GraphQLError(e.ToString())]);
        }
        var result = new JsonObject();
        if (test.TryGetProperty("id", out var id)) result["id"] = JsonNode.Parse(id.GetRawText());
        foreach (var (key, value) in answer.ToList())
        {
            answer.Remove(key);
            result[key] = value;
        }
        return result.ToJsonString(Compact);
    }

    private async Task<JsonObject> AnswerAsync(JsonElement test)
    {
        var phase = Text(test, "phase") ?? "execute";
        var query = Text(test, "query");
        DocumentNode? document = null;
        if (query is not null)
        {
            try
            {
                document = Parser.Parse(query, Wide);
            }
            catch (GraphQLException e)
            {
                return Fail("parse", e.Errors);
            }
            if (phase == "parse") return Succeed(phase);
            if (phase == "print") return Succeed(phase, "result", Printer.Print(document));
        }

        var (executor, errors) = Load(Text(test, "schema") ?? "", test.TryGetProperty("mock", out var mock) && mock.ValueKind == JsonValueKind.True);
        if (executor is null) return Fail("schema", errors);
        var schema = executor.Schema;
        switch (phase)
        {
            case "schema": return Succeed(phase, "result", schema.ToSdl());
            case "introspect": return await IntrospectAsync(executor);
            case "coordinate": return ResolveCoordinate(schema, Text(test, "coordinate") ?? "");
        }

        if (document is null) return Fail("oracle", [new GraphQLError("The case has no query.")]);
        var rules = test.TryGetProperty("rules", out var names) && names.ValueKind == JsonValueKind.Array
            ? names.EnumerateArray().Select(n => n.GetString()!).ToList()
            : null;
        errors = DocumentValidator.Validate(
            schema, document, new ValidationOptions { MaxErrors = int.MaxValue, MergeBudget = int.MaxValue, Suggestions = false, Rules = rules });
        if (errors.Count > 0) return Fail("validate", errors);
        return phase == "validate" ? Succeed(phase) : await ExecuteAsync(executor, query!, test);
    }

    private (RequestExecutor? Executor, IReadOnlyList<GraphQLError> Errors) Load(string sdl, bool mock)
    {
        if (schemas.TryGetValue((sdl, mock), out var known)) return known;
        try
        {
            var document = Parser.Parse(sdl, Wide);
            // The oracle reports these as one text, without locations.
            IReadOnlyList<GraphQLError> errors = [.. SdlValidator.Validate(document).Select(e => e with { Locations = [] })];
            known = errors.Count > 0
                ? (null, errors)
                : (new RequestExecutor(Schema.FromDocument(document, mock ? MockData.Options : RootData.Options), Unlimited), []);
        }
        catch (GraphQLException e)
        {
            known = (null, e.Errors);
        }
        catch (SchemaException e)
        {
            known = (null, e.Errors);
        }
        return schemas[(sdl, mock)] = known;
    }

    private static async Task<JsonObject> ExecuteAsync(RequestExecutor executor, string query, JsonElement test)
    {
        using var response = await executor.ExecuteAsync(new GraphQLRequest
        {
            Document = query,
            OperationName = Text(test, "operationName"),
            Variables = test.TryGetProperty("variables", out var variables) ? variables : null,
            RootValue = test.TryGetProperty("root", out var root) ? root : null,
        });
        var answer = new JsonObject { ["phase"] = "execute", ["ok"] = response.Errors.Count == 0 };
        foreach (var (key, value) in JsonNode.Parse(response.ToString(), documentOptions: new JsonDocumentOptions { MaxDepth = 1000 })!.AsObject())
            answer[key] = value?.DeepClone();
        return answer;
    }

    private static async Task<JsonObject> IntrospectAsync(RequestExecutor executor)
    {
        using var response = await executor.ExecuteAsync(new GraphQLRequest { Document = IntrospectionQuery.Text });
        return Succeed("introspect", "data", JsonNode.Parse(response.ToString())!["data"]!.DeepClone());
    }

    private static JsonObject ResolveCoordinate(Schema schema, string coordinate)
    {
        try
        {
            var kind = SchemaCoordinate.Resolve(schema, coordinate) switch
            {
                NamedType => "NamedType",
                FieldDefinition => "Field",
                EnumValue => "EnumValue",
                DirectiveType => "Directive",
                InputValue input when input.Coordinate.StartsWith('@') => "DirectiveArgument",
                InputValue input when input.Coordinate.EndsWith(":)", StringComparison.Ordinal) => "FieldArgument",
                InputValue => "InputField",
                _ => null,
            };
            return Succeed("coordinate", "result", kind);
        }
        catch (GraphQLException e)
        {
            return Fail("coordinate", e.Errors);
        }
    }

    private static string? Text(JsonElement test, string name) =>
        test.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static JsonObject Succeed(string phase) => new() { ["phase"] = phase, ["ok"] = true };

    private static JsonObject Succeed(string phase, string key, JsonNode? value) => new() { ["phase"] = phase, ["ok"] = true, [key] = value };

    private static JsonObject Fail(string phase, IReadOnlyList<GraphQLError> errors)
    {
        var list = new JsonArray();
        foreach (var error in errors)
        {
            var node = new JsonObject { ["message"] = error.Message };
            if (error.Locations.Count > 0)
            {
                node["locations"] = new JsonArray(
                    [.. error.Locations.Select(l => (JsonNode)new JsonObject { ["line"] = l.Line, ["column"] = l.Column })]);
            }
            list.Add(node);
        }
        return new JsonObject { ["phase"] = phase, ["ok"] = false, ["errors"] = list };
    }
}
