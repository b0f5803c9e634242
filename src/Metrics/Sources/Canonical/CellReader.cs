using System.Linq.Expressions;
using Metrics.Model.Facts;

namespace Metrics.Sources.Canonical;

/// <summary>Puts the cells of one column into records. Made once per column: the setters are compiled.</summary>
internal abstract class CellReader(FactColumn column)
{
    public FactColumn Column { get; } = column;

    public string Name => Column.Name;

    /// <summary>Its number among the columns of the fact's files.</summary>
    public int Ordinal { get; set; }

    /// <summary>Part of the stored key: the natural key after source and connection.</summary>
    public bool IsKey { get; } = column.IsKey || column.Property is nameof(Fact.Source) or nameof(Fact.Connection);

    /// <summary>A tombstone needs it right; what else a tombstone says does not matter.</summary>
    public bool MattersInTombstone => IsKey || Column.Property is nameof(Fact.UpdatedAt) or nameof(Fact.Deleted);

    /// <summary>Sets the record's value from text that is trimmed and not empty.</summary>
    /// <returns>Null, or what is wrong with the text.</returns>
    public string? Read(ReadOnlySpan<char> text, Fact record)
    {
        if (text.Contains('\0')) return HasNul(text);
        return Set(text, record);
    }

    /// <summary>Sets a list from items that are apart already.</summary>
    public virtual string? ReadItems(IReadOnlyList<string> items, Fact record) =>
        "a list was given where one value is expected; write a single value";

    protected abstract string? Set(ReadOnlySpan<char> text, Fact record);

    public static CellReader Of(Type fact, FactColumn column) => (CellReader)Activator.CreateInstance(
        (column.IsList ? typeof(ListReader<>) : typeof(ValueReader<>)).MakeGenericType(column.ValueType), fact, column)!;

    private static string HasNul(ReadOnlySpan<char> text) =>
        $"{CellParsers.Quote(text)} contains the character NUL, which cannot be stored; remove it";

    private static Action<Fact, T> Setter<T>(Type fact, FactColumn column)
    {
        var record = Expression.Parameter(typeof(Fact));
        var value = Expression.Parameter(typeof(T));
        var property = Expression.Property(Expression.Convert(record, fact), column.Property);
        return Expression
            .Lambda<Action<Fact, T>>(Expression.Assign(property, Expression.Convert(value, property.Type)), record, value)
            .Compile();
    }

    private static CellParser<T> Parser<T>(FactColumn column) => column is { Name: "valid_from" }
        ? (CellParser<T>)(Delegate)new CellParser<DateTimeOffset>(CellParsers.MomentOfAnyYear)
        : CellParsers.For<T>();

    private sealed class ValueReader<T>(Type fact, FactColumn column) : CellReader(column)
    {
        private readonly CellParser<T> parse = Parser<T>(column);
        private readonly Action<Fact, T> set = Setter<T>(fact, column);

        protected override string? Set(ReadOnlySpan<char> text, Fact record)
        {
            if (parse(text, out var value) is { } reason) return reason;
            set(record, value);
            return null;
        }
    }

    private sealed class ListReader<T>(Type fact, FactColumn column) : CellReader(column)
    {
        private readonly CellParser<T> parse = Parser<T>(column);
        private readonly Action<Fact, IReadOnlyList<T>> set = Setter<IReadOnlyList<T>>(fact, column);

        public override string? ReadItems(IReadOnlyList<string> items, Fact record)
        {
            var values = new List<T>(items.Count);
            foreach (var item in items)
            {
                if (Add(item, values) is { } reason) return reason;
            }

            set(record, values.ToArray());
            return null;
        }

        protected override string? Set(ReadOnlySpan<char> text, Fact record)
        {
            var values = new List<T>();
            foreach (var range in text.Split(';'))
            {
                if (Add(text[range], values) is { } reason) return reason;
            }

            set(record, values.ToArray());
            return null;
        }

        private string? Add(ReadOnlySpan<char> item, List<T> values)
        {
            var text = item.Trim();
            if (text.IsEmpty) return null;
            if (text.Contains('\0')) return HasNul(text);
            if (parse(text, out var value) is { } reason) return reason;
            if (!values.Contains(value)) values.Add(value);
            return null;
        }
    }
}
