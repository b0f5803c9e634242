using Metrics.GraphQL.Data;
using Microsoft.EntityFrameworkCore;

namespace Metrics.GraphQL.Tests.Data;

/// <summary>What <c>where</c> and <c>order</c> make of a query becomes SQL; EF Core would throw at what it cannot translate.</summary>
public class SqlTranslationTests
{
    private static string Where(Dictionary<string, object?> filter)
    {
        using var db = new Db();
        return db.Rows.Where(FilterExpressions.Predicate<Row>(filter)).ToQueryString().Replace("\r", "", StringComparison.Ordinal);
    }

    private static Dictionary<string, object?> Map(string key, object? value) => new() { [key] = value };

    [Theory]
    [InlineData("eq", "WHERE r.\"Name\" = @")]
    [InlineData("neq", "WHERE r.\"Name\" <> @")]
    [InlineData("contains", "WHERE r.\"Name\" LIKE @")]
    [InlineData("nstartsWith", "WHERE r.\"Name\" NOT LIKE @")]
    public void Text_is_compared_in_sql_with_parameters(string operation, string expected) => Where(Map("name", Map(operation, "x"))).ShouldContain(expected);

    [Fact]
    public void Every_kind_of_filter_translates()
    {
        var sql = Where(new Dictionary<string, object?>
        {
            ["or"] = new List<object?>
            {
                Map("level", Map("in", new List<object?> { 1, 2 })),
                Map("level", Map("eq", null)),
                Map("since", Map("gte", new DateOnly(2026, 9, 16))),
                Map("kind", Map("nin", new List<object?> { Kind.Two })),
                Map("parent", Map("name", Map("endsWith", "z"))),
                Map("children", Map("some", Map("level", Map("ngt", 3)))),
                Map("children", Map("any", false)),
            },
        });
        sql.ShouldContain("EXISTS");
        sql.ShouldContain("LEFT JOIN");
        sql.ShouldContain(" OR ");
        sql.ShouldContain("IS NULL");
    }

    [Fact]
    public void Order_translates()
    {
        using var db = new Db();
        var order = new List<object?> { Map("parent", Map("name", "DESC")), Map("level", "ASC") };
        SortExpressions.Apply(db.Rows, order).ToQueryString().ShouldContain("ORDER BY r0.\"Name\" DESC, r.\"Level\"");
    }

    [Fact]
    public void Rows_that_are_equal_in_what_was_asked_for_stay_in_the_order_of_the_query()
    {
        using var db = new Db();
        var rows = db.Rows.Where(r => r.Level > 0).OrderByDescending(r => r.Since).ThenBy(r => r.Id).Where(r => r.Name != "");
        SortExpressions.Apply(rows, new List<object?> { Map("level", "ASC") }).ToQueryString().ShouldEndWith("ORDER BY r.\"Level\", r.\"Since\" DESC, r.\"Id\"");
        SortExpressions.Apply(rows, new List<object?>()).ToQueryString().ShouldEndWith("ORDER BY r.\"Since\" DESC, r.\"Id\"");
    }

    [Fact]
    public void Counting_translates()
    {
        using var db = new Db();
        db.Rows.GroupBy(_ => 1).Select(g => g.Count()).ToQueryString().ShouldContain("count(*)");
    }

    internal enum Kind
    {
        One,
        Two,
    }

    internal sealed class Row
    {
        public int Id { get; set; }

        public required string Name { get; set; }

        public int? Level { get; set; }

        public DateOnly Since { get; set; }

        public Kind Kind { get; set; }

        public Row? Parent { get; set; }

        public List<Row> Children { get; set; } = [];
    }

    private sealed class Db : DbContext
    {
        public DbSet<Row> Rows => Set<Row>();

        // Nothing connects: only the SQL is looked at.
        protected override void OnConfiguring(DbContextOptionsBuilder options) => options.UseNpgsql("Host=nowhere.invalid");

        protected override void OnModelCreating(ModelBuilder model) => model.Entity<Row>().ToTable("r").HasMany(r => r.Children).WithOne(r => r.Parent);
    }
}
