using System.Security.Claims;
using System.Text.Json;

namespace Metrics.GraphQL;

/// <summary>One request to execute.</summary>
public sealed record GraphQLRequest
{
    /// <summary>The document; or else name a stored one by <see cref="DocumentName"/> or <see cref="DocumentHash"/>.</summary>
    public string? Document { get; init; }

    /// <summary>The name of a trusted document.</summary>
    public string? DocumentName { get; init; }

    /// <summary>The SHA-256 of a trusted document, in hexadecimal.</summary>
    public string? DocumentHash { get; init; }

    /// <summary>Which operation to execute; needed when the document holds several.</summary>
    public string? OperationName { get; init; }

    /// <summary>An object of variables; null or undefined for none.</summary>
    public JsonElement? Variables { get; init; }

    /// <summary>The services that resolvers may use.</summary>
    public IServiceProvider? Services { get; init; }

    /// <summary>The caller.</summary>
    public ClaimsPrincipal? User { get; init; }

    /// <summary>The source of the root fields; rarely needed.</summary>
    public object? RootValue { get; init; }

    /// <summary>Whether mutations are refused, as over GET; default false.</summary>
    public bool QueriesOnly { get; init; }
}
