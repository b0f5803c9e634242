using System.Reflection;
using Metrics.GraphQL.Execution;
using Microsoft.AspNetCore.Authorization;

namespace Metrics.GraphQL.Annotated;

/// <summary>One <see cref="AuthorizeAttribute"/> as a check.</summary>
internal sealed class AuthorizationRule(AuthorizeAttribute attribute)
{
    public string? Policy => attribute.Policy;

    /// <summary>The rules of a member and of its class.</summary>
    public static IReadOnlyList<AuthorizationRule> Of(MemberInfo member) =>
        [.. member.GetCustomAttributes<AuthorizeAttribute>().Concat(member.DeclaringType?.GetCustomAttributes<AuthorizeAttribute>() ?? [])
            .Select(a => new AuthorizationRule(a))];

    /// <exception cref="GraphQLException">The caller is not signed in, or in none of the roles.</exception>
    public void Check(ResolverContext context)
    {
        if (context.User?.Identity?.IsAuthenticated != true)
            throw new GraphQLException($"Sign in to see {context.Field}.", ErrorCodes.Unauthenticated);
        if (attribute.Roles.Length > 0 && !attribute.Roles.Any(context.User.IsInRole)) throw Forbidden(context);
    }

    /// <exception cref="GraphQLException">As above, and when the caller does not satisfy the policy.</exception>
    public async ValueTask CheckAsync(ResolverContext context)
    {
        Check(context);
        if (attribute.Policy is null) return;
        var outcome = await context.Service<IAuthorizationService>().AuthorizeAsync(context.User!, context, attribute.Policy);
        if (!outcome.Succeeded) throw Forbidden(context);
    }

    private static GraphQLException Forbidden(ResolverContext context) =>
        new($"You are not allowed to see {context.Field}.", ErrorCodes.Forbidden);
}
