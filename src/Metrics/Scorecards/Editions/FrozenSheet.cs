using System.Text.Json;
using Metrics.Storage;
using Npgsql;

namespace Metrics.Scorecards.Editions;

/// <summary>What an edition said beside its figures when it was published: what has been restated, decided and done since is none of it.</summary>
/// <param name="Restatements">The numbers of the ledger's entries, which never change.</param>
/// <param name="Actions">As they stood.</param>
internal sealed record FrozenSheet(IReadOnlyList<long> Restatements, IReadOnlyList<ReviewAction> Actions)
{
    private const string Name = "sheet";

    public static FrozenSheet Of(EditionSheet sheet) => new([.. sheet.Restatements.Select(r => r.Number)], sheet.Actions);

    public Task<int> SaveAsync(NpgsqlConnection connection, long edition, CancellationToken cancellation) =>
        connection.ExecuteAsync(
            "insert into scorecard.page (edition, name, content) values ($1, $2, $3::jsonb)", cancellation, edition, Name,
            JsonSerializer.Serialize(this, FigureJson.Options));

    /// <summary>Null before the edition is published.</summary>
    public static async Task<FrozenSheet?> LoadAsync(NpgsqlConnection connection, long edition, CancellationToken cancellation) =>
        await connection.ScalarAsync<string>(
            "select content::text from scorecard.page where edition = $1 and name = $2", cancellation, edition, Name) is { } content
            ? JsonSerializer.Deserialize<FrozenSheet>(content, FigureJson.Options)
            : null;
}
