using Metrics.Model.Facts;
using Npgsql;
using NpgsqlTypes;

namespace Metrics.Storage;

/// <summary>How a column's values are stored.</summary>
internal sealed record PgType(string Name, NpgsqlDbType Type)
{
    public static PgType Of(FactColumn column)
    {
        var value = OfValue(column.ValueType);
        return column.IsList ? new PgType(value.Name + "[]", value.Type | NpgsqlDbType.Array) : value;
    }

    private static PgType OfValue(Type type) => type switch
    {
        { IsEnum: true } => new("text", NpgsqlDbType.Text),
        _ when type == typeof(string) => new("text", NpgsqlDbType.Text),
        _ when type == typeof(int) => new("integer", NpgsqlDbType.Integer),
        _ when type == typeof(long) => new("bigint", NpgsqlDbType.Bigint),
        _ when type == typeof(decimal) => new("numeric", NpgsqlDbType.Numeric),
        _ when type == typeof(bool) => new("boolean", NpgsqlDbType.Boolean),
        _ when type == typeof(DateTimeOffset) => new("timestamp with time zone", NpgsqlDbType.TimestampTz),
        _ when type == typeof(DateOnly) => new("date", NpgsqlDbType.Date),
        _ when type == typeof(TimeOnly) => new("time without time zone", NpgsqlDbType.Time),
        _ when type == typeof(TimeSpan) => new("interval", NpgsqlDbType.Interval),
        _ => throw new NotSupportedException(
            $"A fact cannot hold {type}; use string, int, long, decimal, bool, DateTimeOffset, DateOnly, TimeOnly, TimeSpan or an enum."),
    };

    /// <summary>A value as Npgsql writes it: words for enums, UTC for moments.</summary>
    public static object? Write(object? value) => value switch
    {
        Enum word => FactWords.Of(word),
        DateTimeOffset at => at.UtcDateTime,
        IReadOnlyList<string> texts => texts as string[] ?? [.. texts],
        string => value,
        Array array when !array.GetType().GetElementType()!.IsEnum => array,
        System.Collections.IEnumerable words => words.Cast<Enum>().Select(FactWords.Of).ToArray(),
        _ => value,
    };

    public static async Task WriteAsync(NpgsqlBinaryImporter copy, object? value, NpgsqlDbType type, CancellationToken cancellation)
    {
        if (value is null) await copy.WriteNullAsync(cancellation);
        else await copy.WriteAsync(Write(value)!, type, cancellation);
    }
}
