using System.Reflection;

namespace Metrics.GraphQL.Data;

/// <summary>The properties by which rows can be filtered and sorted: those that are stored, not computed.</summary>
internal static class QueryableMembers
{
    public static IEnumerable<PropertyInfo> Of(Type row) => row.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(p => p.CanRead && p.SetMethod is not null && p.GetIndexParameters().Length == 0 && !p.IsDefined(typeof(GraphQLIgnoreAttribute)));

    public static PropertyInfo Find(Type row, string name) => Of(row).First(p => Annotated.Naming.Member(p) == name);
}
