using System.Security.Cryptography;
using System.Text;
using Metrics.Model;
using Metrics.Model.Facts;
using Metrics.Storage;
using Npgsql;
using NpgsqlTypes;

namespace Metrics.Kpis;

/// <summary>Numbers the cells of <c>kpi.daily</c>, within the caller's transaction. One worker at a time does so.</summary>
internal sealed class CellStore(NpgsqlConnection connection)
{
    private readonly Dictionary<Cell, int> known = [];

    /// <summary>The column of <c>kpi.cell</c> that a dimension is kept in.</summary>
    public static string Column(Dimension dimension) =>
        dimension == Dimension.Dataset ? "datasets" : FactSchema.SnakeCase(dimension.ToString());

    /// <summary>A cell from those of its columns that are told, in the order of the dimensions.</summary>
    public static Cell Read(NpgsqlDataReader row, int first, IReadOnlyCollection<Dimension> told)
    {
        var next = first;
        return new Cell
        {
            Tier = At(Dimension.Tier) is { } tier ? row.GetInt32(tier) : null,
            Team = Text(Dimension.Team),
            Domain = Text(Dimension.Domain),
            Datasets = At(Dimension.Dataset) is { } datasets ? row.GetFieldValue<string[]>(datasets) : [],
            DataProduct = Text(Dimension.DataProduct),
            Pipeline = Text(Dimension.Pipeline),
            Severity = Text(Dimension.Severity),
            Service = Text(Dimension.Service),
            Unit = Text(Dimension.Unit),
            Measure = Text(Dimension.Measure),
            StakeholderGroup = Text(Dimension.StakeholderGroup),
        };

        string? Text(Dimension dimension) => At(dimension) is { } column ? row.GetString(column) : null;

        int? At(Dimension dimension)
        {
            if (!told.Contains(dimension)) return null;
            var column = next++;
            return row.IsDBNull(column) ? null : column;
        }
    }

    /// <summary>The numbers of these cells; those that are new get one.</summary>
    public async Task<IReadOnlyDictionary<Cell, int>> IdsAsync(IEnumerable<Cell> wanted, CancellationToken cancellation)
    {
        var missing = wanted.Distinct().Where(c => !known.ContainsKey(c)).ToDictionary(HashOf, StringComparer.Ordinal);
        await FindAsync(missing, cancellation);
        if (missing.Count == 0) return known;

        var all = missing.Values.ToList();
        await using (var copy = await connection.BeginBinaryImportAsync(
            """
            copy kpi.cell (sha256, tier, team, domain, datasets, data_product, pipeline, severity, service, unit, measure, stakeholder_group)
            from stdin (format binary)
            """, cancellation))
        {
            foreach (var (hash, cell) in missing)
            {
                await copy.StartRowAsync(cancellation);
                await copy.WriteAsync(Convert.FromHexString(hash), NpgsqlDbType.Bytea, cancellation);
                if (cell.Tier is { } tier) await copy.WriteAsync(tier, NpgsqlDbType.Integer, cancellation);
                else await copy.WriteNullAsync(cancellation);
                await TextAsync(copy, cell.Team);
                await TextAsync(copy, cell.Domain);
                await copy.WriteAsync(cell.Datasets.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text, cancellation);
                foreach (var text in (string?[])[cell.DataProduct, cell.Pipeline, cell.Severity, cell.Service, cell.Unit, cell.Measure, cell.StakeholderGroup])
                    await TextAsync(copy, text);
            }

            await copy.CompleteAsync(cancellation);
        }

        await FindAsync(missing, cancellation);
        return known;

        Task TextAsync(NpgsqlBinaryImporter copy, string? text) =>
            text is null ? copy.WriteNullAsync(cancellation) : copy.WriteAsync(text, NpgsqlDbType.Text, cancellation);
    }

    /// <summary>Moves the cells that have a number from the missing to the known.</summary>
    private async Task FindAsync(Dictionary<string, Cell> missing, CancellationToken cancellation)
    {
        if (missing.Count == 0) return;
        foreach (var (hash, id) in await connection.QueryAsync(
            "select encode(sha256, 'hex'), cell from kpi.cell where sha256 = any($1)",
            r => (r.GetString(0), r.GetInt32(1)), cancellation, (object)missing.Keys.Select(Convert.FromHexString).ToArray()))
        {
            if (missing.Remove(hash, out var cell)) known[cell] = id;
        }
    }

    private static string HashOf(Cell cell) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(cell.Key)));
}
