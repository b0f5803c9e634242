using System.Text.Json;
using Metrics.GraphQL.Language;
using Metrics.GraphQL.Types;

namespace Metrics.GraphQL.Http;

/// <summary>
/// Where the rows of a document are, and their columns, read from the document and not from the data: an empty result has the
/// same header as a full one.
/// </summary>
/// <param name="Path">The response names from the root to the first list; empty when there is none and the whole result is one row.</param>
/// <param name="Columns">The leaves of a row; those within objects are named with dots.</param>
internal sealed record RowShape(IReadOnlyList<string> Path, IReadOnlyList<string> Columns)
{
    /// <summary>
    /// Whether page after page can be read: the rows are the nodes of a connection, the document takes <c>$first</c> and
    /// <c>$after</c> and asks for <c>pageInfo { hasNextPage endCursor }</c>.
    /// </summary>
    public bool HasPages { get; private init; }

    private const string PageInfo = "pageInfo";
    private const string HasNextPage = "hasNextPage";
    private const string EndCursor = "endCursor";
    private static readonly string[] Paging = ["first", "after"];
    private static readonly string[] PageInfoFields = [HasNextPage, EndCursor];

    /// <summary>The rows of a response.</summary>
    public IEnumerable<JsonElement> Rows(JsonElement data)
    {
        if (Path.Count == 0) return [data];
        return Below(data, Path) is { ValueKind: JsonValueKind.Array } rows ? rows.EnumerateArray() : [];
    }

    /// <summary>Where the next page begins; null after the last.</summary>
    public string? Next(JsonElement data) =>
        HasPages && Below(data, [.. Path.SkipLast(1), PageInfo]) is { ValueKind: JsonValueKind.Object } page && page.GetProperty(HasNextPage).GetBoolean()
            ? page.GetProperty(EndCursor).GetString()
            : null;

    private static JsonElement? Below(JsonElement data, IEnumerable<string> path)
    {
        foreach (var name in path)
        {
            if (data.ValueKind != JsonValueKind.Object || !data.TryGetProperty(name, out data)) return null;
        }
        return data;
    }

    public static RowShape Of(Schema schema, DocumentNode document)
    {
        var operation = document.Operations.First();
        var reader = new Reader(schema, document);
        var root = schema.RootType(operation.Operation)!;
        var (path, rows, type) = reader.FindList(operation.SelectionSet, root, []) ?? ([], operation.SelectionSet, root);
        var columns = new List<string>();
        if (rows is null) columns.Add("value");
        else reader.AddColumns(rows, type!, "", columns);
        return new RowShape(path, columns) { HasPages = path.Count > 1 && reader.AsksForPages(operation, root, path) };
    }

    private sealed class Reader(Schema schema, DocumentNode document)
    {
        private readonly Dictionary<string, FragmentDefinitionNode> fragments = document.Fragments.ToDictionary(f => f.Name.Value);

        public (IReadOnlyList<string> Path, SelectionSetNode? Rows, CompositeType? Type)? FindList(
            SelectionSetNode set, CompositeType type, IReadOnlyList<string> path)
        {
            foreach (var (field, parent) in Fields(set, type))
            {
                if (parent.FindField(field.Name.Value) is not { } definition) continue;
                IReadOnlyList<string> here = [.. path, field.ResponseName];
                var named = definition.Type.Named as CompositeType;
                if (definition.Type.Nullable is ListType) return (here, field.SelectionSet, named);
                if (field.SelectionSet is not null && FindList(field.SelectionSet, named!, here) is { } found) return found;
            }
            return null;
        }

        public bool AsksForPages(OperationDefinitionNode operation, CompositeType root, IReadOnlyList<string> path)
        {
            if (!Paging.All(name => operation.Variables.Any(v => v.Variable.Name.Value == name))) return false;
            var (set, type) = (operation.SelectionSet, root);
            foreach (var name in path.SkipLast(1).Append(PageInfo))
            {
                var found = Fields(set, type).FirstOrDefault(f => f.Field.ResponseName == name);
                if (found.Field?.SelectionSet is not { } below) return false;
                (set, type) = (below, (CompositeType)found.Parent.FindField(found.Field.Name.Value)!.Type.Named);
            }
            return PageInfoFields.All(name => Fields(set, type).Any(f => f.Field.ResponseName == name && f.Field.Name.Value == name));
        }

        public void AddColumns(SelectionSetNode set, CompositeType type, string prefix, List<string> columns)
        {
            foreach (var (field, parent) in Fields(set, type))
            {
                if (parent.FindField(field.Name.Value) is not { } definition) continue;
                var name = prefix + field.ResponseName;
                // A list within a row stays one cell.
                var isObject = field.SelectionSet is not null && definition.Type.Nullable is CompositeType;
                if (isObject) AddColumns(field.SelectionSet!, (CompositeType)definition.Type.Nullable, $"{name}.", columns);
                else if (!columns.Contains(name)) columns.Add(name);
            }
        }

        private IEnumerable<(FieldNode Field, CompositeType Parent)> Fields(SelectionSetNode set, CompositeType type)
        {
            foreach (var selection in set.Selections)
            {
                var (inner, condition) = selection switch
                {
                    InlineFragmentNode inline => (inline.SelectionSet, inline.TypeCondition),
                    FragmentSpreadNode spread => (fragments[spread.Name.Value].SelectionSet, fragments[spread.Name.Value].TypeCondition),
                    _ => (null, null),
                };
                if (selection is FieldNode field) yield return (field, type);
                if (inner is null) continue;
                var parent = condition is null ? type : (CompositeType)schema.FindType(condition.Name.Value)!;
                foreach (var below in Fields(inner, parent)) yield return below;
            }
        }
    }
}
