using System.Text;
using Metrics.Model.Facts;
using Metrics.Sources;
using Metrics.Sources.Focus;
using Metrics.Tests.Sources.Canonical;
using FactAttribute = Xunit.FactAttribute;

namespace Metrics.Tests.Sources.Focus;

/// <summary>Whom a charge is for.</summary>
public sealed class FocusAllocationTests
{
    private readonly FocusSource source = new();

    [Fact]
    public async Task Without_rules_tags_that_are_called_dataset_pipeline_and_team_say_it() =>
        (await AllocationAsync([], FocusFiles.Row("1", tags: """{" Dataset":" orders ","PIPELINE":"load","team":"crm","cost center":"7"}""")))
            .ShouldBe("orders load crm");

    [Fact]
    public async Task The_first_rule_that_matches_holds_before_the_tag()
    {
        Dictionary<string, IReadOnlyList<MappingRule>> rules = new()
        {
            ["dataset"] =
            [
                Rule("resource", "arn:aws:s3:::lake-*", "$1"),
                Rule("service", "Storage", "stored"),
            ],
            ["team"] = [Rule("tag.cost center", "7", "finance"), Rule("sub_account", "/^12/", "crm")],
        };

        (await AllocationAsync(rules, FocusFiles.Row("1", resource: "arn:aws:s3:::lake-orders", subAccount: "1234"))).ShouldBe("orders  crm");
        (await AllocationAsync(rules, FocusFiles.Row("1", resource: "vm-1", tags: """{"cost center ":7}"""))).ShouldBe("stored  finance");
        (await AllocationAsync(rules, FocusFiles.Row("1", service: "Compute", tags: """{"dataset":"orders"}"""))).ShouldBe("orders  ");
    }

    [Fact]
    public async Task A_rule_without_a_value_says_that_the_tag_does_not_hold() =>
        (await AllocationAsync(
            new() { ["team"] = [Rule("tag.env", "test", "")] }, FocusFiles.Row("1", tags: """{"env":"test","team":"crm"}"""))).ShouldBe("  ");

    [Theory]
    [InlineData("""[{"key":"team","value":"crm"}]""", "  crm")]
    [InlineData("""{" team":"crm "}""", "  crm")]
    [InlineData("""{"team":true}""", "  true")]
    [InlineData("""{"team":null}""", "  ")]
    [InlineData("""{"team":""}""", "  ")]
    [InlineData("\"team\":\"crm\"", "  ")]
    [InlineData("7", "  ")]
    public async Task Tags_come_as_an_object_or_a_list_and_what_cannot_be_read_are_none(string tags, string expected) =>
        (await AllocationAsync([], FocusFiles.Row("1", tags: tags))).ShouldBe(expected);

    [Fact]
    public async Task What_nothing_says_is_unallocated_and_named_by_service_and_currency()
    {
        var readings = await ReadingText.Of(source, "july.csv", FocusFiles.File(
            FocusFiles.Row("60", tags: """{"team":"crm"}"""), FocusFiles.Row("30", service: "Compute"), FocusFiles.Row("10", billed: "0"),
            FocusFiles.Row("5", currency: "USD", tags: """{"dataset":"orders"}"""), FocusFiles.Row("-7", currency: "GBP", service: "")));

        readings.Split('\n').Where(l => l.StartsWith("remark", StringComparison.Ordinal)).ShouldBe(
        [
            "remark EUR: effective 100.00, billed 90.00; for no dataset, pipeline or team 40.00 (40.0 %): Compute 30.00, Storage 10.00",
            "remark GBP: effective -7.00, billed -7.00; for no dataset, pipeline or team -7.00: (no service) -7.00",
            "remark USD: effective 5.00, billed 5.00; for no dataset, pipeline or team 0.00 (0.0 %)",
        ]);
    }

    private static MappingRule Rule(string attribute, string pattern, string value) =>
        MappingRule.Create([new(attribute, pattern)], value);

    private async Task<string> AllocationAsync(Dictionary<string, IReadOnlyList<MappingRule>> rules, string row)
    {
        var connection = SourceConnection.Bare(source) with { Mapping = new Mapping(rules) };
        var payload = Payload.OfBytes("july.csv", Encoding.UTF8.GetBytes(FocusFiles.File(row)));
        await foreach (var reading in source.ReadAsync(
            payload, new ReadContext(ReadingText.Redactor, connection, DateTimeOffset.UnixEpoch), TestContext.Current.CancellationToken))
        {
            if (reading is RecordRead { Record: Cost cost }) return $"{cost.Dataset} {cost.Pipeline} {cost.Team}";
        }

        throw new InvalidOperationException("The row was not read.");
    }
}
