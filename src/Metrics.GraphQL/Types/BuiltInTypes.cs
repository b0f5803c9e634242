using System.Collections.Frozen;
using Metrics.GraphQL.Language;

namespace Metrics.GraphQL.Types;

/// <summary>The types that every schema may refer to.</summary>
internal static class BuiltInTypes
{
    /// <summary>The five scalars and the types of the introspection system.</summary>
    public static FrozenSet<string> Names { get; } = Scalars.BuiltInScalars.All.Select(s => s.Name)
        .Concat(Introspection.Document.Definitions.OfType<TypeDefinitionNode>().Select(t => t.Name.Value))
        .ToFrozenSet();
}
