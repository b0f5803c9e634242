namespace Metrics.GraphQL.Data;

/// <summary>The operations of filter inputs, named as in HotChocolate.</summary>
internal static class FilterOperations
{
    public static IReadOnlyList<string> Equality { get; } = ["eq", "neq", "in", "nin"];

    public static IReadOnlyList<string> Boolean { get; } = ["eq", "neq"];

    public static IReadOnlyList<string> Text { get; } =
        ["eq", "neq", "contains", "ncontains", "in", "nin", "startsWith", "nstartsWith", "endsWith", "nendsWith"];

    public static IReadOnlyList<string> Order { get; } = ["eq", "neq", "in", "nin", "gt", "ngt", "gte", "ngte", "lt", "nlt", "lte", "nlte"];

    public static IReadOnlyList<string> List { get; } = ["all", "none", "some", "any"];

    /// <summary>The operations for values of a C# type; null when it cannot be filtered by.</summary>
    public static IReadOnlyList<string>? For(Type type)
    {
        if (type == typeof(string)) return Text;
        if (type == typeof(bool)) return Boolean;
        if (type == typeof(Guid) || type == typeof(Uri)) return Equality;
        return type.IsPrimitive || type == typeof(decimal) || type == typeof(DateTime) || type == typeof(DateTimeOffset)
            || type == typeof(DateOnly) || type == typeof(TimeSpan)
            ? Order
            : null;
    }
}
