using System.Globalization;
using System.Text;
using Metrics.Model.Facts;
using Metrics.Storage;
using Metrics.Storage.Ingestion;

namespace Metrics.Tests.Storage.Ingestion;

/// <summary>Batches written as a source writes them.</summary>
internal static class Batches
{
    public static Task<BatchReport> WriteAsync(this MetricsDatabase database, params Reading[] readings) =>
        database.WriteAsync("canonical", WriteMode.Upsert, readings);

    public static Task<BatchReport> WriteAsync(this MetricsDatabase database, params Fact[] facts) =>
        database.WriteAsync("canonical", WriteMode.Upsert, [.. facts.Select(f => new RecordRead(f))]);

    public static Task<BatchReport> WriteAsync(
        this MetricsDatabase database, string source, WriteMode mode, params Reading[] readings)
    {
        var body = Encoding.UTF8.GetBytes("a payload");
        var payload = new IncomingPayload(
            source, "a payload", body.Length, () => new MemoryStream(body), () => new MemoryStream(body), readings.ToAsyncEnumerable())
        {
            Mode = mode,
        };
        return new Ingest(database.Application, database.Clock, database.Settings.Precedence)
            .WriteAsync(payload, TestContext.Current.CancellationToken);
    }

    /// <summary>One column of one row, as text; null where there is none.</summary>
    public static async Task<string?> TextAsync(this MetricsDatabase database, string sql)
    {
        await using var connection = await database.Application.OpenConnectionAsync(TestContext.Current.CancellationToken);
        return await connection.ScalarAsync<string>($"select ({sql})::text", TestContext.Current.CancellationToken);
    }

    public static async Task ExecuteAsync(this MetricsDatabase database, string sql)
    {
        await using var connection = await database.Application.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await connection.ExecuteAsync(sql, TestContext.Current.CancellationToken);
    }

    public static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
