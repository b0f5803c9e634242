using System.Security.Claims;

namespace Metrics.Server.Api.Changes;

/// <summary>The policies that mutations ask for.</summary>
internal static class Rights
{
    /// <summary>To comment, waive, decide, publish and send.</summary>
    public const string Publish = "publish";

    /// <summary>To change what holds for everybody: targets, catalogue, what sources deliver.</summary>
    public const string Admin = "admin";

    /// <summary>What whoever signed in is called in the audit log.</summary>
    public static string Name(this ClaimsPrincipal caller) =>
        caller.Identity?.Name ?? throw new InvalidOperationException("A mutation was called by nobody.");
}
