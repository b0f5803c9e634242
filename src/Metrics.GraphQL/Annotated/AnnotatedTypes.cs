using System.Reflection;

namespace Metrics.GraphQL.Annotated;

/// <summary>Which classes take part in a schema, and how.</summary>
internal static class AnnotatedTypes
{
    public static bool IsAnnotated(Type type) => type.GetCustomAttributes(inherit: false).Any(a =>
        a is QueryTypeAttribute or MutationTypeAttribute or ObjectTypeAttribute or InterfaceTypeAttribute or UnionTypeAttribute
        || ExtendedType(a) is not null)
        || type.GetMethods(BindingFlags.Public | BindingFlags.Static).Any(m => m.IsDefined(typeof(DataLoaderAttribute)));

    /// <summary>The T of ObjectType&lt;T&gt; and ExtendObjectType&lt;T&gt;.</summary>
    public static IEnumerable<Type> ExtendedTypes(Type type) => type.GetCustomAttributes(inherit: false).Select(ExtendedType).OfType<Type>();

    private static Type? ExtendedType(object attribute)
    {
        var type = attribute.GetType();
        if (!type.IsGenericType) return null;
        var definition = type.GetGenericTypeDefinition();
        return definition == typeof(ObjectTypeAttribute<>) || definition == typeof(ExtendObjectTypeAttribute<>)
            ? type.GetGenericArguments()[0]
            : null;
    }

    /// <summary>The members that are fields: public properties, and public methods that are not part of the C# furniture.</summary>
    public static IEnumerable<MemberInfo> Fields(Type type, bool isExtension)
    {
        const BindingFlags all = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static;
        var members = type.GetMembers(isExtension ? all | BindingFlags.DeclaredOnly : BindingFlags.Public | BindingFlags.Instance);
        if (type.IsInterface) members = [.. type.GetInterfaces().SelectMany(i => i.GetMembers()), .. members];
        return members
            .Where(m => !m.IsDefined(typeof(GraphQLIgnoreAttribute)) && m switch
            {
                PropertyInfo property => property.GetMethod is { IsPublic: true } && property.GetIndexParameters().Length == 0 && property.Name != "EqualityContract",
                MethodInfo method => IsField(method) && (isExtension || !ReturnsNothing(method)),
                _ => false,
            })
            .OrderBy(m => m is MethodInfo)
            .DistinctBy(m => m.Name);
    }

    // A class of the domain may have methods that are no fields; a class made for the schema may not.
    private static bool ReturnsNothing(MethodInfo method) =>
        method.ReturnType == typeof(void) || method.ReturnType == typeof(Task) || method.ReturnType == typeof(ValueTask);

    private static bool IsField(MethodInfo method) =>
        !method.IsSpecialName
        && !method.IsGenericMethod
        && !method.Name.Contains('<', StringComparison.Ordinal)
        && method.Name is not ("Deconstruct" or "Equals" or "GetHashCode" or "ToString" or "GetType" or "CompareTo" or "Dispose" or "DisposeAsync")
        && method.DeclaringType != typeof(object)
        && (!method.IsDefined(typeof(DataLoaderAttribute)));
}
