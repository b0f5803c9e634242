using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Linq.Expressions;
using Metrics.Model.Facts;

namespace Metrics.Sources.Canonical;

/// <summary>The columns that the canonical files of one fact may have, and how a record comes from them.</summary>
internal sealed class RecordReader
{
    private static readonly ConcurrentDictionary<Type, RecordReader> Known = new();
    private static readonly string[] Common =
        [nameof(Fact.Source), nameof(Fact.Connection), nameof(Fact.UpdatedAt), nameof(Fact.Deleted)];

    private readonly Func<Fact> create;
    private readonly bool isSeenWhenUpdated;

    private RecordReader(FactSchema schema)
    {
        Schema = schema;
        create = Expression.Lambda<Func<Fact>>(Expression.New(schema.Type)).Compile();
        // A dataset's file states since when each version holds; other catalogue files show how things are.
        isSeenWhenUpdated = schema.Catalogue is not null && schema.Type != typeof(Dataset);
        var common = Common.Select(p => CellReader.Of(typeof(Fact), new FactColumn(typeof(Fact).GetProperty(p)!))).ToArray();
        var all = schema.Columns.Select(c => CellReader.Of(schema.Type, c)).Concat(common).ToArray();
        for (var i = 0; i < all.Length; i++) all[i].Ordinal = i;
        Columns = all.ToFrozenDictionary(c => c.Name);
        Required = [.. schema.Columns.Where(c => c.IsRequired).Select(c => Columns[c.Name])];
        Allowed = string.Join(", ", schema.Columns.Select(c => c.Name).Concat(common.Select(c => c.Name)));
        HasRedaction = schema.Columns.Any(c => c.IsRedacted);
    }

    public FactSchema Schema { get; }

    /// <summary>The fact's own columns and those that every file may have.</summary>
    public FrozenDictionary<string, CellReader> Columns { get; }

    /// <summary>Key columns that cannot be empty.</summary>
    public IReadOnlyList<CellReader> Required { get; }

    /// <summary>The names of all columns, for messages.</summary>
    public string Allowed { get; }

    /// <summary>It has columns that are stored only as hashes.</summary>
    public bool HasRedaction { get; }

    public static RecordReader Of(FactSchema schema) => Known.GetOrAdd(schema.Type, static (_, s) => new RecordReader(s), schema);

    public Fact New() => create();

    /// <summary>The record with what follows from its own columns, or what is wrong with it as a whole.</summary>
    public (Fact Record, CellFault? Fault) Finish(Fact record)
    {
        if (!record.Deleted && record.Fault() is { } fault) return (record, new CellFault(Blamed(fault), fault));
        return (isSeenWhenUpdated ? record with { SeenAt = record.UpdatedAt } : record, null);
    }

    /// <summary>Refuses a file with columns that the fact does not have.</summary>
    public SourceException Unknown(string place, IReadOnlyList<string> unknown, IReadOnlyList<string> given)
    {
        var names = string.Join(", ", unknown.Select(n => CellParsers.Quote(n)));
        var other = FactSchema.All.FirstOrDefault(f => f != Schema && given.All(Of(f).Columns.ContainsKey));
        var hint = other is not null ? $" It has the columns of {other.File}: is it a file of that fact? Then rename it."
            : unknown.Any(n => n.Contains(';') || n.Contains('\t')) ? " Separate the columns by commas." : "";
        return new SourceException(
            $"{place}: unknown {(unknown.Count == 1 ? "column" : "columns")} {names}.{hint} " +
            $"Allowed in {Schema.File}: {Allowed}.");
    }

    // Messages about a whole record begin with, or at least name, the column that is at fault.
    private FactColumn? Blamed(string fault) =>
        fault.Split(' ').Select(w => Columns.GetValueOrDefault(w)?.Column).FirstOrDefault(c => c is not null);
}

/// <summary>What is wrong in a record, and where, if that is one column.</summary>
internal sealed record CellFault(FactColumn? Column, string Reason);
