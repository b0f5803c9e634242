namespace Metrics.GraphQL;

/// <summary>The values of <c>extensions.code</c> that this library writes.</summary>
public static class ErrorCodes
{
    /// <summary>The document is not GraphQL.</summary>
    public const string Syntax = "GRAPHQL_PARSE_FAILED";

    /// <summary>The document does not fit the schema.</summary>
    public const string Validation = "GRAPHQL_VALIDATION_FAILED";

    /// <summary>A variable, argument or operation name of the request cannot be used.</summary>
    public const string BadInput = "BAD_USER_INPUT";

    /// <summary>The HTTP request is malformed.</summary>
    public const string BadRequest = "BAD_REQUEST";

    /// <summary>The document or request is larger, deeper or dearer than the server allows.</summary>
    public const string Limit = "LIMIT_EXCEEDED";

    /// <summary>The operation ran longer than the server allows.</summary>
    public const string Timeout = "TIMEOUT";

    /// <summary>A resolver failed for reasons that are not the caller's concern.</summary>
    public const string Internal = "INTERNAL_SERVER_ERROR";

    /// <summary>A non-null field or list item had no value.</summary>
    public const string NullValue = "NON_NULL_VIOLATION";

    /// <summary>A resolver gave a value that its field's type cannot represent.</summary>
    public const string InvalidResult = "INVALID_RESULT";

    /// <summary>The caller is not signed in.</summary>
    public const string Unauthenticated = "AUTH_NOT_AUTHENTICATED";

    /// <summary>The caller is signed in and lacks the right.</summary>
    public const string Forbidden = "AUTH_NOT_AUTHORIZED";

    /// <summary>Only trusted documents may be run here.</summary>
    public const string OnlyTrustedDocuments = "ONLY_TRUSTED_DOCUMENTS";

    /// <summary>No document is stored under that name or hash.</summary>
    public const string DocumentNotFound = "PERSISTED_QUERY_NOT_FOUND";

    /// <summary>Introspection is switched off.</summary>
    public const string IntrospectionDisabled = "INTROSPECTION_DISABLED";
}
