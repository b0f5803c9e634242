using System.Linq.Expressions;
using System.Reflection;
using Metrics.GraphQL.Data;
using Metrics.GraphQL.Execution;
using Metrics.GraphQL.Language;
using Microsoft.Extensions.DependencyInjection;

namespace Metrics.GraphQL.Annotated;

/// <summary>Compiles a property or method into a resolver, with everything that its annotations ask for around it.</summary>
internal sealed class ResolverCompiler(
    MemberInfo member, Type? source, IReadOnlyList<BoundParameter> parameters, FieldShape shape, ClrType result, bool isId, TypeNode type)
{
    public FieldResolver Compile()
    {
        var rules = AuthorizationRule.Of(member);
        var returned = member is PropertyInfo property ? property.PropertyType : ((MethodInfo)member).ReturnType;
        var query = QueryPipeline.For(returned, result, shape);
        var needsScope = parameters.Any(p => p.IsScopedService) || IsInjected();
        var waits = ClrType.Unwrap(returned) is not null || query is not null || needsScope || rules.Any(r => r.Policy is not null);
        var invoke = Invoker();
        if (!waits)
        {
            if (rules.Count > 0)
            {
                return FieldResolver.From(c =>
                {
                    foreach (var rule in rules) rule.Check(c);
                    return invoke(c);
                });
            }
            return FieldResolver.From(new SyncResolver(invoke), Direct());
        }
        if (rules.Count == 0 && query is null && !needsScope) return FieldResolver.FromAsync(c => Awaiting.Of(invoke(c)));
        return FieldResolver.FromAsync(c => RunAsync(c, rules, needsScope, query, invoke));
    }

    private static async ValueTask<object?> RunAsync(
        ResolverContext context, IReadOnlyList<AuthorizationRule> rules, bool needsScope,
        Func<object, ResolverContext, Task<object>>? query, Func<ResolverContext, object?> invoke)
    {
        foreach (var rule in rules) await rule.CheckAsync(context);
        var isMutation = context.Field.Coordinate.StartsWith("Mutation.", StringComparison.Ordinal);
        await using var scope = needsScope && !isMutation ? context.Request.Services.CreateAsyncScope() : (AsyncServiceScope?)null;
        if (scope is { } own) context.OwnServices = own.ServiceProvider;
        var value = await Awaiting.Of(invoke(context));
        return value is null || query is null ? value : await query(value, context);
    }

    /// <summary>Whether the member is of a class that is made for the call, with services of its constructor.</summary>
    private bool IsInjected()
    {
        var isStatic = member is PropertyInfo property ? property.GetMethod!.IsStatic : ((MethodInfo)member).IsStatic;
        var owner = member.DeclaringType!;
        return !isStatic && !(source is not null && owner.IsAssignableFrom(source)) && owner.GetConstructors().Any(c => c.GetParameters().Length > 0);
    }

    private DirectWriter? Direct()
    {
        if (member is not PropertyInfo property || source is null || property.GetMethod!.IsStatic || result.IsList || shape.IsQuery) return null;
        // An ID is a string; only strings are written the same way under both names.
        if (isId && property.PropertyType != typeof(string)) return null;
        return type.NamedType.Name.Value is "String" or "Int" or "Float" or "Boolean" or "ID" or "Long" or "Decimal" or "Date" or "UUID"
            ? PropertyAccess.Writer(property, source)
            : null;
    }

    private Func<ResolverContext, object?> Invoker()
    {
        var context = Expression.Parameter(typeof(ResolverContext));
        var isStatic = member is PropertyInfo p ? p.GetMethod!.IsStatic : ((MethodInfo)member).IsStatic;
        Expression? instance = isStatic ? null : Instance(context);
        Expression body = member is PropertyInfo property
            ? Expression.Property(instance, property)
            : Expression.Call(instance, (MethodInfo)member, parameters.Select(a =>
                Expression.Convert(Expression.Invoke(Expression.Constant(a.Read), context), a.Parameter.ParameterType)));
        return Expression.Lambda<Func<ResolverContext, object?>>(Expression.Convert(body, typeof(object)), context).Compile();
    }

    private Expression Instance(ParameterExpression context)
    {
        var owner = member.DeclaringType!;
        if (source is not null && owner.IsAssignableFrom(source))
            return Expression.Convert(Expression.Property(context, nameof(ResolverContext.Source)), owner);
        Func<ResolverContext, object> create = c => ActivatorUtilities.GetServiceOrCreateInstance(c.Services, owner);
        return Expression.Convert(Expression.Invoke(Expression.Constant(create), context), owner);
    }
}
