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
/// The payload holds all there is of a part of a fact: what is stored of it and not in the payload no longer exists. For deliveries
/// that replace an earlier one, as the charges of a month.
/// </summary>
public sealed record PartRead(FactPart Part) : Reading;

/// <summary>What people should know about the payload as a whole, such as what it adds up to; shown with the import's report.</summary>
public sealed record Remark(string Text) : Reading;
