using System.Text;
using Metrics.Model.Facts;
using Metrics.Sources;
using Metrics.Storage;
using Metrics.Tests.Storage;

namespace Metrics.Tests.Sources;

/// <summary>Documents imported as a source's files, and what the database then holds.</summary>
internal static class SourceImports
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Imports texts as files of a source, one payload each.</summary>
    public static async Task<IReadOnlyList<ImportOutcome>> ImportTextAsync(
        this MetricsDatabase database, ISource source, params (string File, string Text)[] files)
    {
        var folder = Directory.CreateTempSubdirectory("metrics-source-");
        try
        {
            var paths = new List<string>();
            foreach (var (file, text) in files)
            {
                paths.Add(Path.Combine(folder.FullName, file));
                await File.WriteAllTextAsync(paths[^1], text, new UTF8Encoding(false), Cancellation);
            }

            return await database.ImportAsync(source, [.. paths]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Every record that is there, and what the catalogue says, without what depends on when and how it came.</summary>
    public static async Task<string> LiveAsync(this MetricsDatabase database)
    {
        await using var connection = await database.Application.OpenConnectionAsync(Cancellation);
        var lines = new List<string>();
        foreach (var fact in FactSchema.All.Where(f => f.Catalogue is null))
        {
            lines.AddRange(await connection.QueryAsync(
                $"select (to_jsonb(t) - 'batch' - 'updated_at')::text from {FactTables.Table(fact)} t where deleted_at is null order by 1",
                r => $"{fact.Name} {r.GetString(0)}", Cancellation));
        }

        foreach (var table in new[] { "fact.effective_output", "catalog.version", "catalog.alias" })
            lines.AddRange(await connection.QueryAsync($"select (to_jsonb(t) - 'batch' - 'since')::text from {table} t order by 1", r => $"{table} {r.GetString(0)}", Cancellation));
        return string.Join('\n', lines);
    }

    /// <summary>Rows of a query of one text column, one a line.</summary>
    public static async Task<string> LinesAsync(this MetricsDatabase database, string sql)
    {
        await using var connection = await database.Application.OpenConnectionAsync(Cancellation);
        return string.Join('\n', await connection.QueryAsync(sql, r => r.GetString(0), Cancellation));
    }
}
