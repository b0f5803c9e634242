using Metrics.Model.Facts;
using Npgsql;

namespace Metrics.Benchmarks.Kpis;

/// <summary>Stored facts as a canonical file.</summary>
internal static class CanonicalExport
{
    /// <param name="rows">SQL that yields rows of the fact's table.</param>
    public static async Task WriteAsync<T>(NpgsqlConnection connection, string rows, string file, CancellationToken cancellation)
        where T : Fact
    {
        var columns = FactSchema.Of<T>().Columns.Select(c => $"{Cell(c)} as \"{c.Name}\"").Append($"{Moment("updated_at")} as updated_at");
        using var source = await connection.BeginTextExportAsync(
            $"copy (select {string.Join(", ", columns)} from ({rows}) r) to stdout (format csv, header)", cancellation);
        await using var target = File.CreateText(file);
        var buffer = new char[64 * 1024];
        while (await source.ReadAsync(buffer, cancellation) is > 0 and var read) await target.WriteAsync(buffer.AsMemory(0, read), cancellation);
    }

    private static string Cell(FactColumn column) =>
        column.IsList ? $"array_to_string(\"{column.Name}\", ';')"
        : column.ValueType == typeof(DateTimeOffset) ? Moment(column.Name)
        : $"\"{column.Name}\"";

    private static string Moment(string column) => $"""to_char("{column}" at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""";
}
