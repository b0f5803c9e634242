using Metrics.GraphQL.Execution;
using Metrics.GraphQL.Types;
using Metrics.GraphQL.Types.Scalars;
using Microsoft.Extensions.DependencyInjection;

namespace Metrics.GraphQL.Annotated;

/// <summary>Builds a schema from annotated classes: reads them into type system syntax and resolvers, then builds as from SDL.</summary>
public static class AnnotatedSchema
{
    /// <summary>Builds a schema from annotated classes and, optionally, further scalars.</summary>
    /// <param name="types">Classes with <c>[QueryType]</c>, <c>[ObjectType]</c> and so on; types that their members mention follow by themselves.</param>
    /// <param name="scalars">Scalars beyond <see cref="BuiltInScalars"/> and <see cref="ExtendedScalars"/>; they win over those.</param>
    /// <param name="options">Page sizes.</param>
    /// <param name="services">The registered services, so that parameters of their types are known for services.</param>
    /// <exception cref="SchemaException">Something cannot be in a schema; every fault names its class and member.</exception>
    public static Schema Build(
        IEnumerable<Type> types, IEnumerable<Scalar>? scalars = null, GraphQLOptions? options = null, IServiceCollection? services = null)
    {
        var all = new List<Scalar>([.. scalars ?? [], .. BuiltInScalars.All, .. ExtendedScalars.All]);
        var reader = new SchemaReader(all, options ?? new GraphQLOptions(), services);
        var document = reader.Read([.. types.Distinct()]);
        if (reader.Faults.Count > 0) throw new SchemaException(reader.Faults);
        try
        {
            return Schema.FromDocument(document, new SchemaOptions
            {
                Resolvers = reader.Resolvers,
                DefaultResolver = FieldResolver.Null,
                ResolveType = reader.NameOf,
                Scalars = all,
                EnumValues = reader.EnumValues,
                Costs = reader.Costs,
                ListSizes = reader.ListSizes,
            });
        }
        catch (SchemaException e)
        {
            throw new SchemaException([.. e.Errors.Select(error => reader.Origin(error.Coordinate) is { } origin
                ? error with { Message = $"{origin}: {error.Message}", Locations = [] }
                : error)]);
        }
    }
}
