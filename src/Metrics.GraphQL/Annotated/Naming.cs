using System.Reflection;
using System.Text;

namespace Metrics.GraphQL.Annotated;

/// <summary>GraphQL names of C# things, as HotChocolate makes them.</summary>
internal static class Naming
{
    /// <summary><c>GetKpisAsync</c> is <c>kpis</c>; <c>URLPath</c> is <c>urlPath</c>.</summary>
    public static string Member(MemberInfo member)
    {
        if (member.GetCustomAttribute<GraphQLNameAttribute>() is { } given) return given.Name;
        var name = member.Name;
        if (member is MethodInfo)
        {
            name = TrimEnd(name, "Async");
            if (name.Length > 3 && name.StartsWith("Get", StringComparison.Ordinal) && char.IsUpper(name[3])) name = name[3..];
        }
        return Camel(name);
    }

    public static string Parameter(ParameterInfo parameter) =>
        parameter.GetCustomAttribute<GraphQLNameAttribute>()?.Name ?? Camel(parameter.Name!);

    /// <summary>The name of a type; generic ones need <see cref="GraphQLNameAttribute"/>.</summary>
    public static string Type(Type type) => type.GetCustomAttribute<GraphQLNameAttribute>()?.Name
        ?? (type.IsInterface && type.Name is ['I', >= 'A' and <= 'Z', ..] ? type.Name[1..] : type.Name.Split('`')[0]);

    /// <summary>The name of a type used as input.</summary>
    public static string Input(Type type)
    {
        if (type.GetCustomAttribute<GraphQLNameAttribute>() is { } given) return given.Name;
        var name = Type(type);
        return name.EndsWith("Input", StringComparison.Ordinal) ? name : $"{name}Input";
    }

    /// <summary><c>AtRisk</c> is <c>AT_RISK</c>.</summary>
    public static string EnumValue(FieldInfo field)
    {
        if (field.GetCustomAttribute<GraphQLNameAttribute>() is { } given) return given.Name;
        var text = new StringBuilder();
        var name = field.Name;
        for (var i = 0; i < name.Length; i++)
        {
            var startsWord = char.IsUpper(name[i]) && i > 0 && name[i - 1] != '_'
                && (!char.IsUpper(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1])));
            if (startsWord) text.Append('_');
            text.Append(char.ToUpperInvariant(name[i]));
        }
        return text.ToString();
    }

    /// <summary>The name by which resolvers ask for a DataLoader method.</summary>
    public static string Loader(MethodInfo method)
    {
        var name = TrimEnd(method.Name, "Async");
        return method.GetCustomAttribute<DataLoaderAttribute>()?.Name ?? Camel(name.StartsWith("Get", StringComparison.Ordinal) ? name[3..] : name);
    }

    private static string Camel(string name)
    {
        var upper = name.TakeWhile(char.IsUpper).Count();
        if (upper == 0) return name;
        // In a run of capitals the last one begins the next word, unless the run is the whole name.
        var lower = upper == name.Length || upper == 1 ? upper : upper - 1;
        return name[..lower].ToLowerInvariant() + name[lower..];
    }

    private static string TrimEnd(string name, string suffix) =>
        name.Length > suffix.Length && name.EndsWith(suffix, StringComparison.Ordinal) ? name[..^suffix.Length] : name;
}
