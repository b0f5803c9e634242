namespace Metrics.GraphQL;

/// <summary>
/// Among the features of an HTTP request that is answered row by row, page after page: its rows are read to the end, so that a resolver does
/// well to make them one after another (<see cref="RowReader{T}"/>).
/// </summary>
public sealed class RowStreamFeature;
