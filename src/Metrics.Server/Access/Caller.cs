using System.Security.Claims;
using Metrics.Model;

namespace Metrics.Server.Access;

/// <summary>Who asks. A service of the request: take this, or <see cref="RowLimit"/> alone.</summary>
public sealed class Caller(ClaimsPrincipal principal)
{
    private static readonly AsyncLocal<Caller?> Ambient = new();

    /// <summary>Who asks, in the work that was begun for them; nobody, who sees nothing, where none was. Kept beside the scopes of services,
    /// since resolvers of GraphQL have scopes of their own.</summary>
    public static Caller Current => Ambient.Value ?? Nobody;

    private static Caller Nobody { get; } = new(new ClaimsPrincipal());

    /// <summary>Who it is.</summary>
    public ClaimsPrincipal Principal => principal;

    /// <summary>What they are called in the audit log: a person's name, or <c>token</c> and its name.</summary>
    public string Name => principal.Identity?.Name ?? "nobody";

    /// <summary>The rows that they may see.</summary>
    public RowLimit Limit { get; } = Principals.LimitOf(principal);

    /// <summary>Does work for somebody: in it, <see cref="Current"/> is them.</summary>
    public static async Task RunAsync(ClaimsPrincipal principal, Func<Task> work)
    {
        // Within an async method, so that it ends with the method.
        Ambient.Value = new Caller(principal);
        await work();
    }
}
