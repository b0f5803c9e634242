using System.Collections.Immutable;

namespace Metrics.Model.Facts;

/// <summary>
/// A part of one fact within a source and connection: all of it, or the records that meet every condition.
/// <c>FactPart.Of("cost").Starting("cost_id", "2026-07/")</c>.
/// </summary>
public sealed record FactPart
{
    private FactPart(FactSchema fact) => Fact = fact;

    /// <summary>The fact.</summary>
    public FactSchema Fact { get; }

    /// <summary>Columns equal to a text.</summary>
    public ImmutableList<(string Column, string Value)> Values { get; private init; } = [];

    /// <summary>Text columns that begin with a text.</summary>
    public ImmutableList<(string Column, string Prefix)> Starts { get; private init; } = [];

    /// <summary>Moments from (inclusive) to (exclusive).</summary>
    public ImmutableList<(string Column, DateTimeOffset From, DateTimeOffset To)> Spans { get; private init; } = [];

    /// <summary>All records of a fact.</summary>
    /// <param name="fact">Its singular name.</param>
    /// <exception cref="ArgumentException">There is no such fact.</exception>
    public static FactPart Of(string fact) =>
        new(FactSchema.Named(fact) ?? throw new ArgumentException($"There is no fact \"{fact}\".", nameof(fact)));

    /// <summary>Those of them whose text column has this value.</summary>
    public FactPart Having(string column, string value) => this with { Values = Values.Add((Checked(column, typeof(string)), value)) };

    /// <summary>Those of them whose text column begins with this.</summary>
    public FactPart Starting(string column, string prefix) => this with { Starts = Starts.Add((Checked(column, typeof(string)), prefix)) };

    /// <summary>Those of them whose moment lies in a half-open time.</summary>
    public FactPart Between(string column, DateTimeOffset from, DateTimeOffset to) =>
        this with { Spans = Spans.Add((Checked(column, typeof(DateTimeOffset)), from, to)) };

    /// <summary>As <c>cost with cost_id from 2026-07/</c>.</summary>
    public override string ToString() => string.Join(" and ", (string[])[
        .. Values.Select(v => $"{v.Column} = {v.Value}"), .. Starts.Select(s => $"{s.Column} from {s.Prefix}"),
        .. Spans.Select(s => $"{s.Column} in {s.From:O}/{s.To:O}")]) is { Length: > 0 } conditions ? $"{Fact.Name} with {conditions}" : Fact.Name;

    private string Checked(string column, Type type) =>
        Fact.Columns.Any(c => c.Name == column && c.ValueType == type && !c.IsList)
            ? column
            : throw new ArgumentException($"{Fact.Name} has no column \"{column}\" of type {type.Name}.", nameof(column));
}
