using Metrics.Model.Facts;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Metrics.Sources.Canonical;

/// <summary>What is wrong in a catalogue file.</summary>
/// <param name="Line">1 is the first.</param>
public sealed record CatalogueFault(string File, int Line, string Message)
{
    public override string ToString() => $"{File}:{Line}: {Message}";
}

/// <summary>
/// The catalogue as an organisation keeps it under version control: teams, datasets and lineage in one YAML file, with the columns of
/// the canonical files. It says how things are; a change holds from the moment at which it is applied.
/// </summary>
public sealed class CatalogueFile
{
    /// <summary>The source of what the file says, as in <c>Catalog:Precedence</c>.</summary>
    public const string Source = "catalog";

    private static readonly Dictionary<string, FactSchema> Sections =
        new[] { FactSchema.Of<Team>(), FactSchema.Of<Dataset>(), FactSchema.Of<LineageEdge>() }.ToDictionary(f => f.File);

    // Nothing in these facts is stored as a hash.
    private static readonly Redactor Unused = new(new byte[32]);
    private readonly List<CatalogueFault> faults = [];
    private readonly List<Fact> records = [];
    private readonly string path;

    private CatalogueFile(string path) => this.path = path;

    /// <summary>The facts that the file states completely.</summary>
    public static IReadOnlyList<FactSchema> Facts { get; } = [.. Sections.Values];

    /// <summary>The records of a file.</summary>
    /// <exception cref="SourceException">It is faulty; the message has every fault with its line.</exception>
    public static IReadOnlyList<Fact> Read(string path, string text)
    {
        var file = new CatalogueFile(path);
        file.Read(text);
        return file.faults.Count == 0
            ? file.records
            : throw new SourceException(string.Join(Environment.NewLine, file.faults.OrderBy(f => f.Line)));
    }

    private void Read(string text)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(text));
        }
        catch (YamlException broken)
        {
            faults.Add(new CatalogueFault(path, (int)broken.Start.Line, $"not valid YAML: {broken.Message}"));
            return;
        }

        if (stream.Documents.Count == 0) return;
        if (stream.Documents[0].RootNode is not YamlMappingNode root)
        {
            Fault(stream.Documents[0].RootNode, $"the file must be a mapping with {string.Join(", ", Sections.Keys)}");
            return;
        }

        foreach (var (name, section) in root.Children)
        {
            if (!Sections.TryGetValue(name.ToString(), out var fact))
                Fault(name, $"there is no section \"{name}\"; there are {string.Join(", ", Sections.Keys)}");
            else if (fact.Keys.Count(k => k.IsRequired) == 1)
                ReadNamed(fact, section);
            else
                ReadListed(fact, section);
        }
    }

    /// <summary>Entities by their id.</summary>
    private void ReadNamed(FactSchema fact, YamlNode section)
    {
        var key = fact.Keys.First(k => k.IsRequired).Name;
        if (section is not YamlMappingNode entries)
        {
            Fault(section, $"{fact.File} must map each {fact.Name} to its columns, such as \"sales.orders: {{ tier: 0 }}\"");
            return;
        }

        foreach (var (id, columns) in entries.Children)
        {
            if (columns is YamlMappingNode mapping) ReadRecord(fact, id, mapping, (key, id));
            else if (columns is YamlScalarNode { Value: null or "" }) ReadRecord(fact, id, new YamlMappingNode(), (key, id));
            else Fault(columns, $"{fact.Name} \"{id}\" must be a mapping of columns, such as {{ tier: 0 }}");
        }
    }

    /// <summary>Entities that are known by more than one name.</summary>
    private void ReadListed(FactSchema fact, YamlNode section)
    {
        if (section is not YamlSequenceNode entries)
        {
            Fault(section, $"{fact.File} must be a list of mappings with {string.Join(" and ", fact.Keys.Select(k => k.Name))}");
            return;
        }

        foreach (var entry in entries)
        {
            if (entry is YamlMappingNode mapping) ReadRecord(fact, entry, mapping, null);
            else Fault(entry, $"an entry of {fact.File} must be a mapping with {string.Join(" and ", fact.Keys.Select(k => k.Name))}");
        }
    }

    private void ReadRecord(FactSchema fact, YamlNode place, YamlMappingNode columns, (string Column, YamlNode Value)? key)
    {
        var reader = RecordReader.Of(fact);
        var allowed = fact.Columns.Where(c => c.Name != "valid_from").Select(c => c.Name).ToHashSet();
        var draft = new RecordDraft(reader, Unused);
        draft.Begin();
        var before = faults.Count;
        if (key is { } own) Set(own.Column, own.Value);
        foreach (var (name, value) in columns.Children)
        {
            if (!allowed.Contains(name.ToString()) || name.ToString() == key?.Column)
                Fault(name, $"\"{name}\" is not a column here; allowed are {string.Join(", ", allowed.Where(c => c != key?.Column))}");
            else
                Set(name.ToString(), value);
        }

        var (record, fault) = draft.Finish();
        if (fault is not null && faults.Count == before) Fault(LineOf(fault), $"{fault.Reason}");
        if (faults.Count == before) records.Add(record with { Source = Source });

        void Set(string name, YamlNode value)
        {
            var column = reader.Columns[name];
            draft.Take(column);
            if (value is YamlScalarNode scalar) draft.Set(column, scalar.Value ?? "");
            else if (value is YamlSequenceNode list && list.All(i => i is YamlScalarNode)) draft.SetItems(column, [.. list.Select(i => i.ToString())]);
            else Fault(value, $"{name} must be a text or, where it has several values, a list of texts");
        }

        YamlNode LineOf(CellFault broken) => broken.Column is { } column
            ? columns.Children.FirstOrDefault(c => c.Key.ToString() == column.Name).Key ?? place
            : place;
    }

    private void Fault(YamlNode node, string message) => faults.Add(new CatalogueFault(path, (int)node.Start.Line, message));
}
