using System.Collections.Frozen;
using System.Reflection;
using System.Text;

namespace Metrics.Model.Facts;

/// <summary>
/// What a record type says about its fact: names, columns, key. The table, the CSV columns, the upsert and the analysts'
/// view all come from here and are spelled out nowhere else.
/// </summary>
public sealed class FactSchema
{
    private FactSchema(Type type)
    {
        Type = type;
        var names = type.GetCustomAttribute<FactAttribute>()!;
        Name = names.Name;
        File = names.File;
        Catalogue = type.GetCustomAttribute<CatalogueAttribute>();
        SmallestGroup = type.GetCustomAttribute<AboutPeopleAttribute>()?.SmallestGroup ?? 0;
        References = [.. type.GetCustomAttributes<RefersToAttribute>()];
        Columns = [.. type.GetProperties()
            .Where(p => p.DeclaringType == type && p.CanWrite)
            .OrderBy(p => p.MetadataToken)
            .Select(p => new FactColumn(p))];
        Keys = [.. Columns.Where(c => c.IsKey)];
    }

    /// <summary>The record type.</summary>
    public Type Type { get; }

    /// <summary>Singular: the table, the view, the name in a KPI's <c>reads</c>.</summary>
    public string Name { get; }

    /// <summary>Plural: the file name in a canonical folder.</summary>
    public string File { get; }

    /// <summary>Set where the fact describes the catalogue, whose history is kept.</summary>
    public CatalogueAttribute? Catalogue { get; }

    /// <summary>The fewest people that a group of these records may have to be shown; 0 where it does not matter.</summary>
    public int SmallestGroup { get; }

    /// <summary>The records that this one names.</summary>
    public IReadOnlyList<RefersToAttribute> References { get; }

    /// <summary>The columns of its own, in order; not those that every fact has.</summary>
    public IReadOnlyList<FactColumn> Columns { get; }

    /// <summary>The natural key after source and connection.</summary>
    public IReadOnlyList<FactColumn> Keys { get; }

    /// <summary>Columns that say when something happened.</summary>
    public IEnumerable<FactColumn> Times =>
        Columns.Where(c => c.ValueType == typeof(DateTimeOffset) || c.ValueType == typeof(DateOnly));

    /// <summary>All facts, by the order of their names.</summary>
    public static IReadOnlyList<FactSchema> All { get; } =
        [.. typeof(Fact).Assembly.GetTypes()
            .Where(t => t.IsSubclassOf(typeof(Fact)))
            .Select(t => new FactSchema(t))
            .OrderBy(s => s.Name, StringComparer.Ordinal)];

    private static readonly FrozenDictionary<Type, FactSchema> ByType = All.ToFrozenDictionary(s => s.Type);
    private static readonly FrozenDictionary<string, FactSchema> ByName = All.ToFrozenDictionary(s => s.Name);
    private static readonly FrozenDictionary<string, FactSchema> ByFile = All.ToFrozenDictionary(s => s.File);

    public static FactSchema Of(Fact fact) => ByType[fact.GetType()];

    public static FactSchema Of<T>() where T : Fact => ByType[typeof(T)];

    /// <summary>The fact of that singular name, or null.</summary>
    public static FactSchema? Named(string name) => ByName.GetValueOrDefault(name);

    /// <summary>The fact whose canonical file bears that name, or null.</summary>
    public static FactSchema? OfFile(string file) => ByFile.GetValueOrDefault(file);

    /// <summary><c>ScheduledFor</c> as <c>scheduled_for</c>.</summary>
    public static string SnakeCase(string name)
    {
        var text = new StringBuilder(name.Length + 4);
        foreach (var letter in name)
        {
            if (char.IsUpper(letter) && text.Length > 0) text.Append('_');
            text.Append(char.ToLowerInvariant(letter));
        }

        return text.ToString();
    }
}
