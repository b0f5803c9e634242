using Metrics.Storage;
using Microsoft.EntityFrameworkCore;

namespace Metrics.Tests.Storage;

public sealed class MetricsDbContextTests : IAsyncLifetime
{
    private MetricsDatabase database = null!;

    public async ValueTask InitializeAsync() => database = await MetricsDatabase.CreateAsync("2026-11-21T12:00:00Z");

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task Model_and_database_agree_on_every_column_its_type_and_whether_it_may_be_empty()
    {
        await using var context = Open();
        foreach (var entity in context.Model.GetEntityTypes())
        {
            var table = entity.GetTableName() ?? entity.GetViewName();
            var schema = entity.GetSchema() ?? entity.GetViewSchema();
            var columns = await context.Database.SqlQuery<Column>(
                $"""
                select column_name as "Name", data_type as "Type", is_nullable = 'YES' as "Nullable" from information_schema.columns
                where table_schema = {schema} and table_name = {table}
                """).ToDictionaryAsync(c => c.Name, TestContext.Current.CancellationToken);
            foreach (var property in entity.GetProperties())
            {
                columns.ShouldContainKey(property.GetColumnName(), $"{schema}.{table}");
                var column = columns[property.GetColumnName()];
                property.GetColumnType().ShouldBe(column.Type, $"{schema}.{table}.{column.Name}");
                if (entity.GetTableName() is not null) property.IsColumnNullable().ShouldBe(column.Nullable, $"{schema}.{table}.{column.Name}");
            }
        }
    }

    [Fact]
    public async Task Batches_rejects_and_dataset_versions_can_be_queried()
    {
        await database.ImportAsync(("datasets.csv", "dataset,valid_from,tier\norders,,2\norders,2026-03-01T00:00:00Z,0\nbroken,,7\n"));

        await using var context = Open();
        var cancellation = TestContext.Current.CancellationToken;
        (await context.Batches.SingleAsync(cancellation)).RowsNew.ShouldBe(2);
        (await context.RejectedRecords.SingleAsync(cancellation)).Reason.ShouldBe("tier is 7; allowed are 0 to 2");
        var noon = database.Clock.GetUtcNow();
        var tiers = await context.DatasetVersions.Where(d => d.ValidFrom <= noon && noon < d.ValidTo).Select(d => d.Tier).ToListAsync(cancellation);
        tiers.ShouldBe([0]);
    }

    private MetricsDbContext Open() =>
        new(new DbContextOptionsBuilder<MetricsDbContext>().UseNpgsql(database.Application).Options);

    private sealed record Column(string Name, string Type, bool Nullable);
}
