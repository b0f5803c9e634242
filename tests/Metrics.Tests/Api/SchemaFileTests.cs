using Metrics.GraphQL.Types;

namespace Metrics.Tests.Api;

/// <summary>
/// <c>schema.graphql</c> is the schema: who changes the API sees it in the diff. Run this class with <c>METRICS_WRITE_DOCS=1</c> to write the
/// file anew.
/// </summary>
public sealed class SchemaFileTests
{
    [Fact]
    public async Task The_file_at_the_root_is_the_schema_that_is_served()
    {
        await using var host = await GraphHost.OpenAsync([]);
        var file = Path.Combine(Repository.Root, "schema.graphql");
        var schema = SchemaPrinter.Print(host.Schema).ReplaceLineEndings("\n").TrimEnd() + "\n";

        if (Environment.GetEnvironmentVariable("METRICS_WRITE_DOCS") == "1") await File.WriteAllTextAsync(file, schema, TestContext.Current.CancellationToken);
        else (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).ReplaceLineEndings("\n").ShouldBe(schema, "CONTRIBUTING.md says how to write it anew.");
    }

    [Fact]
    public async Task Every_field_says_what_it_is_unless_its_name_does()
    {
        await using var host = await GraphHost.OpenAsync([]);

        host.Schema.QueryType.Fields.Concat(host.Schema.MutationType!.Fields).Where(f => string.IsNullOrEmpty(f.Description)).Select(f => f.Coordinate).ShouldBeEmpty();
    }
}
