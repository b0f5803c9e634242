using System.Reflection;
using Metrics.GraphQL.Types;
using Microsoft.Extensions.DependencyInjection;

namespace Metrics.GraphQL;

/// <summary>Collects what a server's schema is made of, before it is built once at start.</summary>
public sealed class GraphQLServerBuilder
{
    private readonly List<Type> types = [];
    private readonly List<Scalar> scalars = [];

    internal GraphQLServerBuilder(IServiceCollection services) => Services = services;

    public IServiceCollection Services { get; }

    internal IReadOnlyList<Type> Types => types;

    internal IReadOnlyList<Scalar> Scalars => scalars;

    internal Func<IServiceProvider, Schema>? SchemaFactory { get; private set; }

    /// <summary>Adds all classes of an assembly that carry <c>[QueryType]</c>, <c>[MutationType]</c>, <c>[ObjectType]</c> and so on.</summary>
    public GraphQLServerBuilder AddTypes(Assembly assembly)
    {
        types.AddRange(assembly.GetTypes().Where(Annotated.AnnotatedTypes.IsAnnotated).OrderBy(t => t.FullName, StringComparer.Ordinal));
        return this;
    }

    /// <summary>Adds single annotated classes.</summary>
    public GraphQLServerBuilder AddTypes(params Type[] annotated)
    {
        types.AddRange(annotated);
        return this;
    }

    /// <summary>Adds a scalar; its C# types then become that scalar.</summary>
    public GraphQLServerBuilder AddScalar(Scalar scalar)
    {
        scalars.Add(scalar);
        return this;
    }

    /// <summary>Adds a filter that sees every error before it is written.</summary>
    public GraphQLServerBuilder AddErrorFilter<T>()
        where T : class, IErrorFilter
    {
        Services.AddSingleton<IErrorFilter, T>();
        return this;
    }

    /// <summary>Uses a schema made elsewhere, for example from SDL, in place of annotated classes.</summary>
    public GraphQLServerBuilder AddSchema(Func<IServiceProvider, Schema> factory)
    {
        SchemaFactory = factory;
        return this;
    }
}
