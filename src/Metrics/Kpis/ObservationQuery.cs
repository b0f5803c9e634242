using System.Data;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Metrics.Kpis.Definitions;
using Metrics.Model;
using Npgsql;
using NpgsqlTypes;

namespace Metrics.Kpis;

/// <summary>What a definition's SELECT is run over.</summary>
/// <param name="From">Inclusive.</param>
/// <param name="To">Exclusive; for a state, the moment at which it is read.</param>
/// <param name="Now">Facts later than this are ignored.</param>
internal readonly record struct QueryWindow(DateTimeOffset From, DateTimeOffset To, DateTimeOffset Now)
{
    public static QueryWindow State(DateTimeOffset at, DateTimeOffset now) => new(at, at, now);
}

/// <summary>A row of an analyst's SELECT, before the catalogue has been attached.</summary>
internal sealed record RawObservation(
    DateTimeOffset At, string? Record, string? Source, string[] Datasets, string? Team, string? Pipeline, string? Severity,
    string? Service, string? Unit, string? Measure, string? StakeholderGroup, string? Note,
    decimal? Numerator, decimal? Denominator, decimal? Value, string? Excluded, DateTimeOffset? ChangesAt,
    DateTimeOffset? AsOf = null, string? Unknown = null, decimal? People = null)
{
    /// <summary>Left out where the KPI is about other tiers than this row's.</summary>
    public RawObservation Within(KpiDefinition definition, Cell cell) =>
        Excluded is not null || definition.Tiers.Count == 0 || (cell.Tier is { } tier && definition.Tiers.Contains(tier)) ? this
        : this with
        {
            Excluded = cell switch
            {
                { Tier: { } other } => string.Create(CultureInfo.InvariantCulture, $"its most critical dataset is Tier {other}"),
                { Datasets.Count: 0 } => "no dataset of the catalogue is known",
                _ => "its datasets have no tier",
            },
        };
}

/// <summary>
/// Runs a definition's SELECT, wrapped so that the server accepts nothing but one SELECT, and yields its observations. The
/// columns that the definition does not have are null.
/// </summary>
internal sealed class ObservationQuery(KpiDefinition definition, ReaderSession session, ReportingSettings settings)
{
    /// <summary>Every column that a KPI file may yield, with its type.</summary>
    public static IReadOnlyList<(string Name, string Type)> Columns { get; } =
    [
        ("at", "timestamptz"), ("record", "text"), ("source", "text"), ("datasets", "text[]"), ("team", "text"),
        ("pipeline", "text"), ("severity", "text"), ("service", "text"), ("unit", "text"), ("measure", "text"),
        ("stakeholder_group", "text"), ("note", "text"), ("numerator", "numeric"), ("denominator", "numeric"),
        ("value", "numeric"), ("excluded", "text"), ("changes_at", "timestamptz"),
        ("as_of", "timestamptz"), ("unknown", "text"), ("people", "numeric"),
    ];

    /// <summary>More decimals than a value needs, few enough for every sum to fit a decimal.</summary>
    private const int Decimals = 15;

    private const int LongestText = 2000;
    private const int MostRows = 20_000_000;
    private const int MostEvidence = 1_000_000;
    private readonly string sql = KpiSqlRules.Positional(definition.Sql);
    private HashSet<string>? present;

    /// <summary>The names of the columns that the SELECT yields.</summary>
    public async Task<HashSet<string>> ColumnsAsync(CancellationToken cancellation)
    {
        if (present is not null) return present;
        var now = DateTimeOffset.UnixEpoch;
        await using var command = Command($"select * from (\n{sql}\n) q limit 0", new QueryWindow(now, now, now));
        await using var reader = await TryAsync(() => command.ExecuteReaderAsync(CommandBehavior.SchemaOnly, cancellation));
        return present = [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)];
    }

    /// <summary>The observations of a window, as they stream from the server.</summary>
    public async IAsyncEnumerable<RawObservation> RunAsync(
        QueryWindow window, bool evidence, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var columns = await ColumnsAsync(cancellation);
        var selected = Columns.Select(c => Select(c, columns, evidence));
        await using var command = Command($"select {string.Join(", ", selected)} from (\n{sql}\n) q", window);
        await using var reader = await TryAsync(() => command.ExecuteReaderAsync(cancellation));
        var most = evidence ? MostEvidence : MostRows;
        for (var rows = 0; await TryAsync(() => reader.ReadAsync(cancellation)); rows++)
        {
            if (rows >= most)
            {
                command.Cancel();
                throw new KpiException(string.Create(CultureInfo.InvariantCulture,
                    $"{definition.Id}: the SELECT yields more than {most} rows. Let it yield one row per record of the period."));
            }

            if (Try(() => Read(reader, window)) is { } observation) yield return observation;
        }
    }

    /// <summary>What the SELECT does wrong is said under the KPI's name; a database that is gone is not its fault.</summary>
    private async Task<T> TryAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (NpgsqlException failure) when (Fault(failure) is not null)
        {
            throw new KpiException($"{definition.Id}: {Fault(failure)}", failure);
        }
    }

    private T Try<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception failure) when (failure is OverflowException or InvalidCastException)
        {
            throw new KpiException($"{definition.Id}: the SELECT yields a number or a moment that is out of range: {failure.Message}", failure);
        }
    }

    private string? Fault(NpgsqlException failure) => failure switch
    {
        PostgresException { SqlState: PostgresErrorCodes.QueryCanceled } or { InnerException: TimeoutException } =>
            $"the SELECT was stopped, since it took longer than {session.Timeout.TotalSeconds:0} seconds.",
        PostgresException refused when refused.SqlState[..2] is not ("08" or "53" or "57" or "58" or "XX") =>
            $"the SELECT failed: {refused.MessageText} (SQLSTATE {refused.SqlState}).",
        _ => null,
    };

    private RawObservation? Read(NpgsqlDataReader row, QueryWindow window)
    {
        // A state is read strictly before the moment it is asked for: so is the catalogue.
        var state = definition.Kind == KpiKind.State;
        if (!state && row.IsDBNull(0)) return null;
        var at = state ? window.To.AddMicroseconds(-1) : Moment(row, 0)!.Value;
        if (!state && (at < window.From || at >= window.To)) return null;
        var record = Text(row, 1);
        return new RawObservation(
            at, record, Text(row, 2) ?? SourceOf(record), row.IsDBNull(3) ? [] : row.GetFieldValue<string[]>(3), Text(row, 4),
            Text(row, 5), Text(row, 6), Text(row, 7), Text(row, 8), Text(row, 9), Text(row, 10), Text(row, 11),
            Number(row, 12), Number(row, 13), Number(row, 14), Text(row, 15), Moment(row, 16),
            Moment(row, 17), Text(row, 18), Number(row, 19));
    }

    private static string Select((string Name, string Type) column, HashSet<string> present, bool evidence)
    {
        // A record is text made for every row; without evidence it only tells the source.
        var wanted = evidence || column.Name is not "note" && (column.Name is not "record" || !present.Contains("source"));
        if (!present.Contains(column.Name) || !wanted) return $"null::{column.Type}";
        return column.Type switch
        {
            "numeric" => $"round(q.{column.Name}::numeric, {Decimals})",
            "text" => $"left(q.{column.Name}::text, {LongestText})",
            _ => $"q.{column.Name}::{column.Type}",
        };
    }

    private NpgsqlCommand Command(string text, QueryWindow window)
    {
        var command = session.Command(text);
        Add(window.From.UtcDateTime, NpgsqlDbType.TimestampTz);
        Add(window.To.UtcDateTime, NpgsqlDbType.TimestampTz);
        Add(window.Now.UtcDateTime, NpgsqlDbType.TimestampTz);
        Add(settings.Calendar.Zone.Id, NpgsqlDbType.Text);
        Add(window.To.UtcDateTime, NpgsqlDbType.TimestampTz);
        return command;

        void Add(object value, NpgsqlDbType type) => command.Parameters.Add(new NpgsqlParameter { Value = value, NpgsqlDbType = type });
    }

    /// <summary>The record behind an observation, from the text that the views give it.</summary>
    public static SourceRecord? RecordOf(string? text)
    {
        if (text is null || !text.StartsWith('[')) return null;
        using var parts = JsonDocument.Parse(text);
        var values = parts.RootElement.EnumerateArray().Select(v => v.ToString()).ToList();
        return values.Count < 5
            ? null
            : new SourceRecord(values[0], values[1], values[2], [.. values.Skip(4)], long.Parse(values[3], CultureInfo.InvariantCulture));
    }

    private static string? SourceOf(string? record)
    {
        var parts = record?.Split('"', 5);
        return parts is { Length: 5 } ? parts[3] : null;
    }

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static decimal? Number(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetDecimal(column);

    private static DateTimeOffset? Moment(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : new DateTimeOffset(row.GetDateTime(column), TimeSpan.Zero);
}
