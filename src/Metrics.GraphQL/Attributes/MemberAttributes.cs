namespace Metrics.GraphQL;

/// <summary>The name in the schema, in place of the one made from the C# name.</summary>
[AttributeUsage(AttributeTargets.All)]
public sealed class GraphQLNameAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}

/// <summary>The member is not part of the schema.</summary>
[AttributeUsage(AttributeTargets.All)]
public sealed class GraphQLIgnoreAttribute : Attribute;

/// <summary>The description in the schema, in place of the XML documentation.</summary>
[AttributeUsage(AttributeTargets.All)]
public sealed class GraphQLDescriptionAttribute(string description) : Attribute
{
    public string Description { get; } = description;
}

/// <summary>The field, argument or enum value should not be used any more.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Method | AttributeTargets.Parameter | AttributeTargets.Field)]
public sealed class GraphQLDeprecatedAttribute(string reason) : Attribute
{
    public string Reason { get; } = reason;
}

/// <summary>The type is <c>ID</c>, whatever it is in C#.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Method | AttributeTargets.Parameter | AttributeTargets.ReturnValue)]
public sealed class IDAttribute : Attribute;

/// <summary>The parameter is the object whose field this is.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class ParentAttribute : Attribute;

/// <summary>
/// The parameter is a service. Types that are registered as services need no attribute. In a query each resolver has scoped
/// services of its own, since resolvers run side by side; in a mutation they are those of the request.
/// </summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class ServiceAttribute : Attribute;

/// <summary>
/// On a static method: it fetches the values of many keys, <c>Task&lt;IReadOnlyDictionary&lt;TKey, TValue&gt;&gt; XAsync(IReadOnlyList&lt;TKey&gt; keys, …)</c>,
/// for resolvers that have a parameter <see cref="DataLoading.IDataLoader{TKey,TValue}"/> of its name without Get and Async.
/// On such a parameter: the name of the method to use.
/// </summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Parameter)]
public sealed class DataLoaderAttribute(string? name = null) : Attribute
{
    public string? Name { get; } = name;
}

/// <summary>The cost of resolving the field once; 1 by default.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Method)]
public sealed class CostAttribute(int weight) : Attribute
{
    public int Weight { get; } = weight;
}

/// <summary>
/// Only for callers who are signed in; with <see cref="Roles"/>, for those in one of them; with <see cref="Policy"/>, for those
/// who satisfy it. Others get null in the field's place, and an error with a code.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property | AttributeTargets.Method, AllowMultiple = true)]
public sealed class AuthorizeAttribute : Attribute
{
    /// <summary>Only for callers who are signed in.</summary>
    public AuthorizeAttribute() { }

    /// <summary>Only for callers who satisfy a policy of ASP.NET Core.</summary>
    public AuthorizeAttribute(string policy) => Policy = policy;

    public string? Policy { get; init; }

    /// <summary>One of these is enough.</summary>
    public string[] Roles { get; init; } = [];
}

/// <summary>The list is served in pages, as a connection with <c>first</c>, <c>after</c>, <c>last</c> and <c>before</c>.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Method)]
public sealed class UsePagingAttribute : Attribute
{
    /// <summary>The rows of a page when nobody says how many; 0 for the server's default.</summary>
    public int DefaultPageSize { get; init; }

    /// <summary>The rows a page can have; 0 for the server's default.</summary>
    public int MaxPageSize { get; init; }

    /// <summary>Whether <c>last</c> and <c>before</c> exist; default true.</summary>
    public bool AllowBackwardPagination { get; init; } = true;
}

/// <summary>The list has an argument <c>where</c>. On any <see cref="IQueryable{T}"/> it becomes part of the query.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Method)]
public sealed class UseFilteringAttribute : Attribute;

/// <summary>The list has an argument <c>order</c>. On any <see cref="IQueryable{T}"/> it becomes part of the query.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Method)]
public sealed class UseSortingAttribute : Attribute;
