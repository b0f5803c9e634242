using System.Collections;
using System.Globalization;
using System.Reflection;

namespace Metrics.GraphQL.Annotated;

/// <summary>A member of an input class, and the constructor parameter that sets it, if one does.</summary>
internal sealed record InputMember(PropertyInfo Property, ParameterInfo? Parameter);

/// <summary>Makes C# values of coerced arguments: lists of the right type, classes of dictionaries, numbers of the right size.</summary>
internal static class InputConverter
{
    /// <summary>The members of an input class that a caller can set.</summary>
    public static IReadOnlyList<InputMember> Members(Type type)
    {
        var constructor = Constructor(type);
        var parameters = constructor?.GetParameters() ?? [];
        return [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => p.Name != "EqualityContract" && !p.IsDefined(typeof(GraphQLIgnoreAttribute)) && p.GetIndexParameters().Length == 0)
            .Select(p => new InputMember(p, Array.Find(parameters, a => string.Equals(a.Name, p.Name, StringComparison.OrdinalIgnoreCase))))
            .Where(m => m.Parameter is not null || m.Property.SetMethod is { IsPublic: true })];
    }

    public static Func<object?, object?> For(ClrType type)
    {
        if (type.IsList)
        {
            var item = For(type.Item!);
            return value => value is null ? null : List((IEnumerable)value, type, item);
        }
        if (type.Type.IsEnum) return value => value;
        if (type.Type == typeof(object)) return value => value;
        // Built on first use, since input classes may contain themselves.
        var build = new Lazy<Func<IReadOnlyDictionary<string, object?>, object>>(() => Builder(type.Type));
        return value => value switch
        {
            null => null,
            _ when type.Type.IsInstanceOfType(value) => value,
            IReadOnlyDictionary<string, object?> map => build.Value(map),
            _ => Scalar(value, type.Type),
        };
    }

    private static ConstructorInfo? Constructor(Type type) =>
        type.GetConstructors().OrderByDescending(c => c.GetParameters().Length).FirstOrDefault(c =>
            c.GetParameters().All(p => type.GetProperties().Any(m => string.Equals(m.Name, p.Name, StringComparison.OrdinalIgnoreCase))));

    private static Func<IReadOnlyDictionary<string, object?>, object> Builder(Type type)
    {
        var constructor = Constructor(type);
        var members = Members(type).Select(m => (Member: m, Name: Naming.Member(m.Property), Convert: For(ClrType.Of(m.Property)))).ToList();
        var parameters = constructor?.GetParameters() ?? [];
        return map =>
        {
            var arguments = new object?[parameters.Length];
            for (var i = 0; i < parameters.Length; i++)
            {
                var parameter = parameters[i];
                var member = members.Find(m => m.Member.Parameter == parameter);
                arguments[i] = member.Name is not null && map.TryGetValue(member.Name, out var value)
                    ? member.Convert(value)
                    : parameter.HasDefaultValue ? parameter.DefaultValue : Default(parameter.ParameterType);
            }
            var instance = constructor is null ? Activator.CreateInstance(type)! : constructor.Invoke(arguments);
            foreach (var (member, name, convert) in members)
            {
                if (member.Parameter is null && map.TryGetValue(name, out var value)) member.Property.SetValue(instance, convert(value));
            }
            return instance;
        };
    }

    private static object? Default(Type type) => type.IsValueType ? Activator.CreateInstance(type) : null;

    private static IEnumerable List(IEnumerable values, ClrType type, Func<object?, object?> convert)
    {
        var element = type.Item!.IsNullable && type.Item.Type.IsValueType ? typeof(Nullable<>).MakeGenericType(type.Item.Type) : type.Item.Type;
        var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(element))!;
        foreach (var value in values) list.Add(convert(value));
        if (type.Type.IsInstanceOfType(list)) return list;
        if (!type.Type.IsArray) return (IEnumerable)Activator.CreateInstance(type.Type, list)!;
        var array = Array.CreateInstance(element, list.Count);
        list.CopyTo(array, 0);
        return array;
    }

    private static object Scalar(object value, Type type)
    {
        try
        {
            if (type == typeof(Guid)) return Guid.Parse((string)value);
            if (type == typeof(DateTime) && value is DateTimeOffset instant) return instant.UtcDateTime;
            if (type == typeof(char) && value is string { Length: 1 } text) return text[0];
            return Convert.ChangeType(value, type, CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is FormatException or OverflowException or InvalidCastException)
        {
            throw new GraphQLException($"{Types.ScalarText.Of(value)} is not a valid {type.Name}.", ErrorCodes.BadInput);
        }
    }
}
