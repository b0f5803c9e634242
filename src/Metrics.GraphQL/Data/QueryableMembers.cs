using System.Reflection;

namespace Metrics.GraphQL.Data;

/// <summary>
/// The properties by which rows can be filtered and sorted: those that are stored, which a database can be asked for. Rows that store
/// nothing are computed as a whole and in memory anyway: of them, all.
/// </summary>
internal static class QueryableMembers
{
    public static IEnumerable<PropertyInfo> Of(Type row)
    {
        var readable = row.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => p.CanRead && p.GetIndexParameters().Length == 0 && !p.IsDefined(typeof(GraphQLIgnoreAttribute))).ToList();
        return readable.Exists(IsStored) ? readable.Where(IsStored) : readable;
    }

    public static PropertyInfo Find(Type row, string name) => Of(row).First(p => Annotated.Naming.Member(p) == name);

    private static bool IsStored(PropertyInfo property) => property.SetMethod is not null;
}
