using System.Collections.Concurrent;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace Metrics.GraphQL.Annotated;

/// <summary>Descriptions from the XML documentation that compilers write beside assemblies.</summary>
internal sealed partial class XmlDocs
{
    private readonly ConcurrentDictionary<Assembly, Dictionary<string, XElement>> files = new();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space { get; }

    public string? Of(MemberInfo member)
    {
        if (member.GetCustomAttribute<GraphQLDescriptionAttribute>() is { } given) return given.Description;
        if (Summary(Find(member)) is { } own) return own;
        // A positional record documents its properties as parameters.
        return member is PropertyInfo { DeclaringType: { } type } ? Parameter(Find(type), member.Name) : null;
    }

    public string? Of(ParameterInfo parameter) => parameter.GetCustomAttribute<GraphQLDescriptionAttribute>() is { } given
        ? given.Description
        : Parameter(Find(parameter.Member), parameter.Name!);

    private XElement? Find(MemberInfo member)
    {
        var assembly = member.Module.Assembly;
        var docs = files.GetOrAdd(assembly, Load);
        if (docs.Count == 0) return null;
        var type = (member as Type ?? member.DeclaringType!).FullName?.Split('[')[0].Replace('+', '.');
        return member switch
        {
            Type => docs.GetValueOrDefault($"T:{type}"),
            PropertyInfo => docs.GetValueOrDefault($"P:{type}.{member.Name}"),
            FieldInfo => docs.GetValueOrDefault($"F:{type}.{member.Name}"),
            // Fields of a schema cannot be overloaded, so the name is enough.
            MethodInfo => docs.GetValueOrDefault($"M:{type}.{member.Name}"),
            _ => null,
        };
    }

    private static Dictionary<string, XElement> Load(Assembly assembly)
    {
        var docs = new Dictionary<string, XElement>();
        var file = assembly.Location.Length == 0 ? null : Path.ChangeExtension(assembly.Location, ".xml");
        if (file is null || !File.Exists(file)) return docs;
        try
        {
            foreach (var member in XDocument.Load(file).Descendants("member"))
            {
                var name = member.Attribute("name")?.Value.Split('(', '`')[0];
                if (name is not null) docs.TryAdd(name, member);
            }
        }
        catch (XmlException)
        {
            // A schema without descriptions is better than none.
        }
        return docs;
    }

    private static string? Summary(XElement? member) => Text(member?.Element("summary"));

    private static string? Parameter(XElement? member, string name) =>
        Text(member?.Elements("param").FirstOrDefault(p => p.Attribute("name")?.Value == name));

    private static string? Text(XElement? element)
    {
        if (element is null) return null;
        var text = string.Concat(element.DescendantNodes().Select(node => node switch
        {
            XText t => t.Value,
            XElement { IsEmpty: true } e => (e.Attribute("cref") ?? e.Attribute("langword") ?? e.Attribute("name"))?.Value.Split('.', ':')[^1],
            _ => null,
        }));
        text = Space.Replace(text, " ").Trim();
        return text.Length == 0 ? null : text;
    }
}
