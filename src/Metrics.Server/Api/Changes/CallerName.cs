using System.Security.Claims;

namespace Metrics.Server.Api.Changes;

/// <summary>Who a mutation is by.</summary>
internal static class CallerName
{
    /// <summary>What whoever signed in is called in the audit log.</summary>
    public static string Name(this ClaimsPrincipal caller) =>
        caller.Identity?.Name ?? throw new InvalidOperationException("A mutation was called by nobody.");
}
