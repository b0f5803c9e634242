using System.Text.Json;
using Metrics.Kpis;
using Metrics.Storage;
using Npgsql;

namespace Metrics.Scorecards.Editions;

/// <summary>What an edition shows that is no figure: the records it lists, where changes come from, the waivers that count.</summary>
internal sealed record FrozenPages(
    IReadOnlyList<Observation> OpenIncidents, IReadOnlyDictionary<string, MixShift> MixShifts, IReadOnlyList<long> Waivers, ScorecardRecords? Records)
{
    private const string Name = "beside the figures";

    public Task<int> SaveAsync(NpgsqlConnection connection, long edition, CancellationToken cancellation) =>
        connection.ExecuteAsync(
            "insert into scorecard.page (edition, name, content) values ($1, $2, $3::jsonb)", cancellation, edition, Name,
            JsonSerializer.Serialize(this, FigureJson.Options));

    public static async Task<FrozenPages> LoadAsync(NpgsqlConnection connection, long edition, CancellationToken cancellation) =>
        JsonSerializer.Deserialize<FrozenPages>(
            (await connection.ScalarAsync<string>(
                "select content::text from scorecard.page where edition = $1 and name = $2", cancellation, edition, Name))!,
            FigureJson.Options)!;
}
