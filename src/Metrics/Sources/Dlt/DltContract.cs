using Metrics.Model.Facts;

namespace Metrics.Sources.Dlt;

/// <summary>The contract of a table's schema, as a check.</summary>
internal static class DltContract
{
    public static IEnumerable<Reading> Failed(string dataset, string schema, string table, DateTimeOffset at, string message) =>
        Result(dataset, schema, table, at, CheckStatus.Fail, message);

    /// <summary>A load that went through under the contract kept it.</summary>
    public static IEnumerable<Reading> Kept(string dataset, string schema, string table, DateTimeOffset at) =>
        Result(dataset, schema, table, at, CheckStatus.Pass, null);

    private static IEnumerable<Reading> Result(string dataset, string schema, string table, DateTimeOffset at, CheckStatus status, string? message)
    {
        var id = $"contract {schema}.{table}";
        yield return new RecordRead(new Check
        {
            CheckId = id,
            Dataset = dataset,
            Kind = CheckKind.Schema,
            Source = DltSource.SourceName,
            SeenAt = at,
        });
        yield return new RecordRead(new CheckResult
        {
            CheckId = id,
            RunAt = at,
            Status = status,
            Message = message,
            Source = DltSource.SourceName,
            UpdatedAt = at,
        });
    }
}
