using System.Reflection;
using Metrics.Model.Facts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Metrics.Server.Api.Records;

/// <summary>
/// The read models of the API: every class with <see cref="FromAttribute"/> is a set of rows, its stored properties are their columns.
/// Only <see cref="Visible"/> asks it.
/// </summary>
internal sealed class GraphContext(DbContextOptions<GraphContext> options) : DbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        foreach (var type in typeof(GraphContext).Assembly.GetTypes().Where(t => t.IsDefined(typeof(FromAttribute), inherit: false)))
        {
            var entity = modelBuilder.Entity(type).HasBaseType((Type?)null).HasNoKey();
            var columns = new List<string>();
            var from = type.GetCustomAttribute<FromAttribute>()!.Sql;
            foreach (var property in type.GetProperties().Where(p => p.SetMethod is not null))
            {
                var expression = property.GetCustomAttribute<SqlAttribute>()?.Sql ?? $"v.{FactSchema.SnakeCase(property.Name)}";

                // A table has it as a column, where a view must be asked to take its record apart.
                if (property.Name == nameof(SourceRecord.BatchNumber) && from.StartsWith("fact.", StringComparison.Ordinal)) expression = "v.batch";
                columns.Add($"{expression} as \"{property.Name}\"");
                var value = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
                if (value.IsEnum) entity.Property(property.Name).HasConversion((ValueConverter)Activator.CreateInstance(typeof(Words<>).MakeGenericType(value))!);
            }

            var sql = $"select {string.Join(", ", columns)} from {from}";

            // EF Core takes the text for a format.
            entity.ToSqlQuery(sql.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal));
        }
    }

    /// <summary>Texts as rows.</summary>
    public IQueryable<string> Texts(IReadOnlyList<string> texts) => Database.SqlQuery<string>($"""select unnest({texts.ToArray()}) as "Value" """);

    /// <summary>Keys of records as rows.</summary>
    public IQueryable<RecordKey> Keys(IReadOnlyList<RecordKey> keys)
    {
        var (sources, connections, ids) = (keys.Select(k => k.Source).ToArray(), keys.Select(k => k.Connection).ToArray(), keys.Select(k => k.Id).ToArray());
        return Database.SqlQuery<RecordKey>($"""select * from unnest({sources}, {connections}, {ids}) as k("Source", "Connection", "Id")""");
    }

    /// <summary>A vocabulary is stored in its written form.</summary>
    private sealed class Words<T>() : ValueConverter<T, string>(word => FactWords.Of(word), text => (T)(object)FactWords.Find(typeof(T), text)!)
        where T : struct, Enum;
}

/// <summary>The key of a record that has an id in its source.</summary>
internal sealed record RecordKey(string Source, string Connection, string Id);
