namespace Metrics.Model.Facts;

/// <summary>One thing that a source has read from a payload.</summary>
public abstract record Reading;

/// <summary>A canonical record.</summary>
public sealed record RecordRead(Fact Record) : Reading;

/// <summary>A record that could not be read. It is kept with its reason; the others go on.</summary>
/// <param name="Place">Where it stands: file, line and column, or a JSON path.</param>
/// <param name="Payload">What was given.</param>
/// <param name="Reason">What is wrong, what is allowed, what to do next.</param>
public sealed record RecordRejected(string Place, string Payload, string Reason) : Reading;

/// <summary>The source vouches for a fact over this time: where it has no record, there was none.</summary>
/// <param name="Fact">The fact's singular name.</param>
/// <param name="From">Null means since ever.</param>
/// <param name="To">Exclusive. Null means up to the import.</param>
public sealed record TimeCovered(string Fact, DateTimeOffset? From = null, DateTimeOffset? To = null) : Reading;

/// <summary>The source calls a dataset or team by another name.</summary>
/// <param name="Kind"><c>dataset</c> or <c>team</c>.</param>
/// <param name="Name">As the source writes it.</param>
/// <param name="Target">The catalogue's name for it.</param>
public sealed record AliasSeen(string Kind, string Name, string Target) : Reading;

/// <summary>
/// A fragment of something that arrives piecemeal, more than once and in any order: a pull request's state, one of its reviews.
/// The fragments are kept, and the source makes its records of all of them, so that neither order nor repetition matters.
/// </summary>
/// <param name="Entity">What it is a fragment of, unique within source and connection: <c>pull acme/pipelines#12</c>.</param>
/// <param name="Name">Which one: <c>state</c>, <c>review 80</c>.</param>
/// <param name="Version">Of two sightings of one fragment the later counts.</param>
/// <param name="Body">JSON of the source's own making, without what identifies people.</param>
public sealed record FragmentSeen(string Entity, string Name, DateTimeOffset Version, string Body) : Reading
{
    /// <summary>Of two sightings of the same version the higher counts: an end before a beginning.</summary>
    public int Rank { get; init; }
}

/// <summary>
/// A dataset's columns as they were at a moment. Between one sight and the next of a dataset, whenever they arrive, the changes
/// are found and kept as <see cref="SchemaChange"/>; the first sight of a dataset says nothing.
/// </summary>
/// <param name="Dataset">As the source names it.</param>
/// <param name="At">To the microsecond.</param>
/// <param name="Columns">Null: the dataset was not there.</param>
public sealed record SchemaSeen(string Dataset, DateTimeOffset At, IReadOnlyList<ColumnSeen>? Columns) : Reading
{
    /// <summary>What was promised about the schema, where the source knows: the contract's or schema version's id.</summary>
    public string? ContractId { get; init; }
}

/// <summary>A column of a dataset.</summary>
/// <param name="Name">Those of nested fields with dots between.</param>
/// <param name="Type">As the source writes it; null where it does not say, which is no change of type.</param>
public sealed record ColumnSeen(string Name, string? Type);

/// <summary>
/// The payload holds all there is of a part of a fact: what is stored of it and not in the payload no longer exists. For deliveries
/// that replace an earlier one, as the charges of a month.
/// </summary>
public sealed record PartRead(FactPart Part) : Reading;

/// <summary>What people should know about the payload as a whole, such as what it adds up to; shown with the import's report.</summary>
public sealed record Remark(string Text) : Reading;
