namespace Metrics.Sources;

/// <summary>What a source may use beside the payload when it reads: the same for an import and for its replay.</summary>
/// <param name="Redactor">Replaces what identifies people.</param>
/// <param name="Connection">The configured connection that the payload came through; its mapping rules are there too.</param>
/// <param name="ReceivedAt">When the payload was landed: the latest that its content can speak of.</param>
public sealed record ReadContext(Redactor Redactor, SourceConnection Connection, DateTimeOffset ReceivedAt)
{
    /// <summary>The connection's rules for what no system agrees on.</summary>
    public Mapping Mapping => Connection.Mapping;
}
