using System.Globalization;
using System.Text;
using Metrics.Model.Facts;
using Metrics.Sources;
using Metrics.Sources.Focus;
using Metrics.Tests.Sources.Canonical;
using FactAttribute = Xunit.FactAttribute;

namespace Metrics.Tests.Sources.Focus;

/// <summary>What becomes of the rows of a file.</summary>
public sealed class FocusReadingTests
{
    private readonly FocusSource source = new();

    [Fact]
    public async Task A_charge_its_partition_the_time_it_reaches_and_what_it_adds_up_to()
    {
        var file = FocusFiles.File(FocusFiles.Row("12.50", billed: "10", resource: "bucket-1", tags: """{"team":"crm","dataset":"orders"}"""));

        var readings = await ReadingText.Of(source, "july.csv", file);

        readings.ShouldBe($"""
            cost cost_id=AWS/1001/2026-07-01/{Hash(readings)}# charge_start=2026-07-01T00:00:00Z charge_end=2026-07-02T00:00:00Z service=Storage resource=bucket-1 effective_cost=12.50 billed_cost=10 currency=EUR dataset=orders team=crm source=focus
            all of cost with cost_id from AWS/1001/2026-07-01/
            covered cost 2026-07-01T00:00:00Z/2026-07-02T00:00:00Z
            remark EUR: effective 12.50, billed 10.00; for no dataset, pipeline or team 0.00 (0.0 %)
            """);
    }

    [Fact]
    public async Task A_purchase_of_later_usage_costs_nothing_until_it_is_used_and_what_is_billed_is_kept_apart()
    {
        var costs = await CostsAsync(
            FocusFiles.Row("0", billed: "1200", category: "Purchase"), FocusFiles.Row("100", day: "2026-07-02", billed: "0"));

        costs.OrderBy(c => c.ChargeStart).Select(c => (c.EffectiveCost, c.BilledCost)).ShouldBe([(0m, 1200m), (100m, 0m)]);
    }

    [Theory]
    [InlineData("2026-07-01T00:00:00Z")]
    [InlineData("2026-07-01 00:00:00")]
    [InlineData("2026-07-01T00:00:00")]
    [InlineData("2026-07-01 00:00:00.000")]
    [InlineData("2026-07-01 00:00:00 UTC")]
    [InlineData("2026-07-01")]
    [InlineData("2026-07-01T02:00:00+02:00")]
    public async Task A_time_is_utc_however_it_is_written(string text) =>
        (await CostsAsync(FocusFiles.Row("1").Replace("2026-07-01T00:00:00Z", text, StringComparison.Ordinal)))
            .Single().ChargeStart.ShouldBe(new DateTimeOffset(2026, 7, 1, 0, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData("7/1/26", ", or set dates: month_first or day_first in sources.yaml")]
    [InlineData("01.07.2026", ", or set dates: month_first or day_first in sources.yaml")]
    [InlineData("2026-02-30T00:00:00Z", "")]
    [InlineData("", "")]
    public async Task A_time_whose_day_and_month_one_would_have_to_guess_is_refused(string text, string more)
    {
        var row = FocusFiles.Row("1").Replace("2026-07-02T00:00:00Z", text, StringComparison.Ordinal);

        (await ReadingText.Of(source, "july.csv", FocusFiles.File(row))).ShouldStartWith(
            $"rejected july.csv, line 2, column \"ChargePeriodEnd\": ChargePeriodEnd is {(text.Length == 0 ? "missing" : $"\"{text}\"")}; " +
            $"write date and time in UTC as 2026-07-01T00:00:00Z{more} <");
    }

    [Theory]
    [InlineData("month_first", "7/1/26")]
    [InlineData("month_first", "07/01/2026 00:00")]
    [InlineData("day_first", "1/7/2026")]
    [InlineData("day_first", "01.07.2026")]
    [InlineData("day_first", "2026-07-01")]
    public async Task Where_the_connection_says_which_comes_first_dates_of_spreadsheets_are_read(string dates, string text)
    {
        var connection = SourceConnection.Create(source, options: new Dictionary<string, string> { ["dates"] = dates });
        var row = FocusFiles.Row("1").Replace("2026-07-01T00:00:00Z", text, StringComparison.Ordinal);

        (await CostsOfAsync(FocusFiles.File(row), connection)).Single().ChargeStart.ShouldBe(new DateTimeOffset(2026, 7, 1, 0, 0, 0, TimeSpan.Zero));
    }

    [Theory]
    [InlineData("-12.5", "-12.5")]
    [InlineData("1.2E-7", "0.00000012")]
    [InlineData("0", "0")]
    [InlineData("0.12345678901234567890123456789012", "0.1234567890123456789012345679")]
    public async Task An_amount_is_a_plain_decimal_number(string text, string expected) =>
        (await CostsAsync(FocusFiles.Row(text))).Single().EffectiveCost.ShouldBe(decimal.Parse(expected, CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("$10.00")]
    [InlineData("10 EUR")]
    [InlineData("abc")]
    [InlineData("NULL")]
    public async Task What_is_no_number_is_rejected_with_its_row(string text)
    {
        var readings = await ReadingText.Of(source, "july.csv", FocusFiles.File(FocusFiles.Row("1"), FocusFiles.Row(text, billed: "1"), FocusFiles.Row("2")));

        readings.Split('\n').Count(l => l.StartsWith("cost ", StringComparison.Ordinal)).ShouldBe(2);
        readings.ShouldContain($"rejected july.csv, line 3, column \"EffectiveCost\": EffectiveCost is {(text == "NULL" ? "missing" : $"\"{text}\"")}; " +
            "write a plain number such as -12.5 or 1.2E-7, without currency and thousands separators");
    }

    [Fact]
    public async Task An_end_before_its_start_and_a_missing_currency_are_rejected()
    {
        var readings = await ReadingText.Of(source, "july.csv", FocusFiles.File(
            FocusFiles.Row("1").Replace("2026-07-02T", "2026-06-02T", StringComparison.Ordinal), FocusFiles.Row("1", currency: "")));

        readings.ShouldContain("line 2: charge_end 2026-06-02T00:00:00.0000000+00:00 lies before charge_start 2026-07-01T00:00:00.0000000+00:00");
        readings.ShouldContain("line 3: currency is empty; give an ISO 4217 code such as EUR");
    }

    [Fact]
    public async Task The_word_null_is_nothing_and_columns_stand_in_any_order_case_and_spelling_with_others_among_them()
    {
        const string File = """
            Id,tags,BILLED_COST,billingaccountid,Billing Currency,billing_period_start,chargeperiodstart,ChargePeriodEnd,chargecategory,effective_cost,Service Provider Name,SERVICENAME,ResourceId,x_Team
            7,NULL,2,1001,eur,2026-07-01 00:00:00,2026-07-01 00:00:00,2026-07-02 00:00:00,Usage,1,Oracle,NULL,null,crm
            """;

        var cost = (await CostsOfAsync(File)).Single();

        cost.CostId.ShouldStartWith("Oracle/1001/2026-07-01/");
        (cost.Service, cost.Resource, cost.Currency, cost.EffectiveCost, cost.BilledCost, cost.Team).ShouldBe((null, null, "EUR", 1m, 2m, null));
    }

    [Fact]
    public async Task A_byte_order_mark_quotes_line_breaks_and_windows_line_ends_are_nothing_special()
    {
        var file = "\uFEFF" + FocusFiles.File(FocusFiles.Row("1", service: "\"A \"\"big\"\"\r\nservice, really\"")).Replace("\n", "\r\n", StringComparison.Ordinal)
            .Replace("\r\r", "\r", StringComparison.Ordinal);

        (await CostsOfAsync(file)).Single().Service.ShouldBe("A \"big\"\r\nservice, really");
    }

    [Fact]
    public async Task Identity_is_content_and_equal_rows_are_equal_in_any_order_of_rows_and_columns()
    {
        string[] rows = [FocusFiles.Row("1"), FocusFiles.Row("2"), FocusFiles.Row("1", tags: """{"a":"b"}"""), FocusFiles.Row("1", billed: "0")];
        var ids = (await CostsAsync(rows)).ConvertAll(c => c.CostId);

        ids.Distinct().Count().ShouldBe(4);
        ids.ShouldAllBe(id => id.EndsWith('#'));
        (await CostsAsync([rows[3], rows[1], rows[0], rows[2]])).ConvertAll(c => c.CostId).ShouldBe([ids[3], ids[1], ids[0], ids[2]]);
        (await CostsAsync(rows[0], rows[0])).ConvertAll(c => c.CostId).ShouldBe([ids[0], ids[0]]);
    }

    [Fact]
    public async Task Every_provider_account_and_month_is_a_partition_of_its_own()
    {
        var readings = await ReadingText.Of(source, "all.csv", FocusFiles.File(
            FocusFiles.Row("1"), FocusFiles.Row("1", account: "1002"), FocusFiles.Row("1", provider: "GCP"),
            FocusFiles.Row("1", period: "2026-08-01", classOf: "Correction"), FocusFiles.Row("1", day: "2026-07-31")));

        readings.Split('\n').Where(l => l.StartsWith("all", StringComparison.Ordinal)).ShouldBe(
        [
            "all of cost with cost_id from AWS/1001/2026-07-01/",
            "all of cost with cost_id from AWS/1002/2026-07-01/",
            "all of cost with cost_id from GCP/1001/2026-07-01/",
            "all of cost with cost_id from AWS/1001/2026-08-01/",
        ]);
        // The correction is charged to July, in August's bill: it says nothing of August's charges.
        readings.Split('\n').Where(l => l.StartsWith("covered", StringComparison.Ordinal)).ShouldBe(
        [
            "covered cost 2026-07-01T00:00:00Z/2026-08-01T00:00:00Z",
            "covered cost 2026-07-01T00:00:00Z/2026-07-02T00:00:00Z",
            "covered cost 2026-07-01T00:00:00Z/2026-07-02T00:00:00Z",
        ]);
    }

    [Fact]
    public async Task In_pieces_each_file_is_a_partition_of_its_own()
    {
        var connection = SourceConnection.Create(source, options: new Dictionary<string, string> { ["deliveries"] = "pieces" });
        var context = new ReadContext(ReadingText.Redactor, connection, DateTimeOffset.UnixEpoch);
        var payload = Payload.OfBytes("reports/0001-00001.csv", Encoding.UTF8.GetBytes(FocusFiles.File(FocusFiles.Row("1"))));
        var parts = new List<string>();
        await foreach (var reading in source.ReadAsync(payload, context, TestContext.Current.CancellationToken))
            if (reading is PartRead part) parts.Add(part.Part.ToString());

        parts.ShouldBe(["cost with cost_id from AWS/1001/2026-07-01/0001-00001.csv/"]);
    }

    [Fact]
    public async Task Addresses_of_people_are_hashed_in_what_is_stored_and_in_what_is_read()
    {
        var file = FocusFiles.File(FocusFiles.Row("1", tags: """{"team":"ann.lee@example.com"}"""), FocusFiles.Row("nothing", tags: """{"by":"ann.lee@example.com"}"""));
        var hash = ReadingText.Redactor.Hash("ann.lee@example.com")!;

        var redacted = await ReadingText.Redacted(source, Payload.OfBytes("july.csv", Encoding.UTF8.GetBytes(file)));
        var readings = await ReadingText.Of(source, "july.csv", file);

        redacted.ShouldBe(file.Replace("ann.lee@example.com", hash, StringComparison.Ordinal));
        readings.ShouldContain($"team={hash} ");
        readings.ShouldNotContain("ann.lee");
        (await ReadingText.Of(source, "july.csv", redacted)).ShouldBe(readings);
    }

    private static string Hash(string readings) => readings.Split('#')[0].Split('/')[^1];

    private Task<List<Cost>> CostsAsync(params string[] rows) => CostsOfAsync(FocusFiles.File(rows));

    private async Task<List<Cost>> CostsOfAsync(string file, SourceConnection? connection = null)
    {
        var context = new ReadContext(ReadingText.Redactor, connection ?? SourceConnection.Bare(source), DateTimeOffset.UnixEpoch);
        var costs = new List<Cost>();
        await foreach (var reading in source.ReadAsync(Payload.OfBytes("july.csv", Encoding.UTF8.GetBytes(file)), context, TestContext.Current.CancellationToken))
        {
            if (reading is RecordRejected rejected) throw new InvalidOperationException(rejected.Reason);
            if (reading is RecordRead { Record: Cost cost }) costs.Add(cost);
        }

        return costs;
    }
}
