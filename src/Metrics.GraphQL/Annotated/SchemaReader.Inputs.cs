using System.Reflection;
using System.Security.Claims;
using Metrics.GraphQL.DataLoading;
using Metrics.GraphQL.Execution;
using Metrics.GraphQL.Language;
using Metrics.GraphQL.Paging;
using Microsoft.Extensions.DependencyInjection;

namespace Metrics.GraphQL.Annotated;

/// <summary>How a parameter of a resolver gets its value.</summary>
internal sealed record BoundParameter(ParameterInfo Parameter, Func<ResolverContext, object?> Read, bool IsScopedService = false);

internal sealed partial class SchemaReader
{
    private BoundParameter Bind(ParameterInfo parameter, string coordinate, List<InputValueDefinitionNode> arguments, Type? source)
    {
        var type = parameter.ParameterType;
        if (type == typeof(CancellationToken)) return new BoundParameter(parameter, c => c.CancellationToken);
        if (type == typeof(ResolverContext)) return new BoundParameter(parameter, c => c);
        if (type == typeof(ClaimsPrincipal)) return new BoundParameter(parameter, c => c.User);
        if (type == typeof(IServiceProvider)) return new BoundParameter(parameter, c => c.Services);
        if (parameter.IsDefined(typeof(ParentAttribute)))
        {
            if (source is null || !type.IsAssignableFrom(source))
                Fault(parameter.Member, $"[Parent] {parameter.Name} is {type.Name}, but the field stands on {source?.Name ?? "a root type"}.");
            return new BoundParameter(parameter, c => c.Source);
        }
        if (type == typeof(PagingArguments))
        {
            var paging = parameter.Member.GetCustomAttribute<UsePagingAttribute>();
            AddPagingArguments(arguments, paging?.AllowBackwardPagination ?? false);
            var (defaultSize, maxSize) = (Or(paging?.DefaultPageSize, options.DefaultPageSize), Or(paging?.MaxPageSize, options.MaxPageSize));
            return new BoundParameter(parameter, c => PageReader.Arguments(c, defaultSize, maxSize));
        }
        if (typeof(DataLoader).IsAssignableFrom(type)) return new BoundParameter(parameter, Loader(type));
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IDataLoader<,>)) return new BoundParameter(parameter, NamedLoader(parameter));
        if (parameter.IsDefined(typeof(ServiceAttribute)) || services?.Any(s => IsService(s, type)) == true)
        {
            var isScoped = services?.Any(s => IsService(s, type) && s.Lifetime == ServiceLifetime.Scoped) ?? false;
            return new BoundParameter(parameter, c => c.Services.GetRequiredService(type), isScoped);
        }
        return BindArgument(parameter, coordinate, arguments);
    }

    private static bool IsService(ServiceDescriptor descriptor, Type type) =>
        descriptor.ServiceType == type || (type.IsGenericType && descriptor.ServiceType == type.GetGenericTypeDefinition());

    private static Func<ResolverContext, object?> Loader(Type type)
    {
        var factory = ActivatorUtilities.CreateFactory(type, []);
        return c => c.Request.Loaders.Get(type, services => (DataLoader)factory(services, []));
    }

    private Func<ResolverContext, object?> NamedLoader(ParameterInfo parameter)
    {
        var name = parameter.GetCustomAttribute<DataLoaderAttribute>()?.Name ?? parameter.Name!;
        if (!loaders.TryGetValue(name, out var method))
        {
            Fault(parameter.Member, $"no method is the DataLoader \"{name}\". There are: {string.Join(", ", loaders.Keys.Order(StringComparer.Ordinal))}.");
            return _ => null;
        }
        var factory = LoaderMethod.Compile(method, parameter.ParameterType);
        if (factory is null)
        {
            Fault(method, $"a DataLoader for {parameter.ParameterType.GetGenericArguments()[0].Name} keys must take IReadOnlyList of them and return a Task of IReadOnlyDictionary by them.");
            return _ => null;
        }
        return c => c.Request.Loaders.Get(method, factory);
    }

    private BoundParameter BindArgument(ParameterInfo parameter, string coordinate, List<InputValueDefinitionNode> arguments)
    {
        var name = Naming.Parameter(parameter);
        origins[$"{coordinate}({name}:)"] = $"{Describe(parameter.Member)}({parameter.Name})";
        var isId = parameter.IsDefined(typeof(IDAttribute));
        var type = ClrType.Of(parameter);
        var fallback = parameter.HasDefaultValue ? Syntax.Literal(DefaultOf(parameter), EnumName) : null;
        arguments.Add(new InputValueDefinitionNode
        {
            Name = Syntax.Name(name),
            Description = Syntax.Description(docs.Of(parameter)),
            Type = Input(type, isId, parameter.Member),
            DefaultValue = fallback,
            Directives = Syntax.Deprecated(parameter.GetCustomAttribute<GraphQLDeprecatedAttribute>()),
        });
        var convert = InputConverter.For(type);
        var missing = parameter.HasDefaultValue ? parameter.DefaultValue : type.Type.IsValueType && !type.IsNullable ? Activator.CreateInstance(type.Type) : null;
        return new BoundParameter(parameter, c => c.Arguments.TryGetValue(name, out var value) ? convert(value) : missing);
    }

    private static object? DefaultOf(ParameterInfo parameter) =>
        parameter.DefaultValue is { } value && parameter.ParameterType.IsEnum ? System.Enum.ToObject(parameter.ParameterType, value) : parameter.DefaultValue;

    private TypeNode Input(ClrType type, bool isId, MemberInfo origin)
    {
        TypeNode node = type.IsList
            ? Syntax.List(Input(type.Item!, isId, origin))
            : Syntax.Type(isId ? "ID" : Input(type.Type, origin));
        return type.IsNullable ? node : Syntax.NonNull(node);
    }

    private string Input(Type type, MemberInfo origin)
    {
        if (scalarNames.TryGetValue(type, out var scalar)) return Scalar(scalar);
        if (type.IsEnum) return Enum(type);
        if (inputNames.TryGetValue(type, out var known)) return known;
        var name = Naming.Input(type);
        inputNames[type] = name;
        if (type.IsInterface || type.IsAbstract || type.Namespace?.StartsWith("System", StringComparison.Ordinal) == true)
        {
            Fault(origin, $"{type.Name} cannot be an argument. If it is a service, register it or mark it with [Service].");
            return name;
        }
        if (!Claim(name, type, origin)) return name;
        definitions[name] = new InputObjectTypeNode { Name = Syntax.Name(name) };
        var isOneOf = type.IsDefined(typeof(OneOfAttribute));
        definitions[name] = new InputObjectTypeNode
        {
            Name = Syntax.Name(name),
            Description = Syntax.Description(docs.Of(type)),
            Directives = isOneOf ? [new DirectiveNode { Name = Syntax.Name("oneOf") }] : [],
            Fields = [.. InputConverter.Members(type).Select(m => InputField(name, m))],
        };
        return name;
    }

    private InputValueDefinitionNode InputField(string owner, InputMember member)
    {
        var name = Naming.Member(member.Property);
        origins[$"{owner}.{name}"] = Describe(member.Property);
        return new InputValueDefinitionNode
        {
            Name = Syntax.Name(name),
            Description = Syntax.Description(docs.Of(member.Property)),
            Type = Input(ClrType.Of(member.Property), member.Property.IsDefined(typeof(IDAttribute)), member.Property),
            DefaultValue = member.Parameter is { HasDefaultValue: true } parameter ? Syntax.Literal(DefaultOf(parameter), EnumName) : null,
            Directives = Syntax.Deprecated(member.Property.GetCustomAttribute<GraphQLDeprecatedAttribute>()),
        };
    }
}
