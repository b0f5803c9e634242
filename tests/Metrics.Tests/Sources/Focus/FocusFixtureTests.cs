using System.Globalization;
using Metrics.Model.Facts;
using Metrics.Sources;
using Metrics.Sources.Focus;
using Metrics.Tests.Sources.Canonical;
using FactAttribute = Xunit.FactAttribute;

namespace Metrics.Tests.Sources.Focus;

/// <summary>Real cost files, where the shared fixtures lie beside the repository; else there is nothing to check.</summary>
public sealed class FocusFixtureTests
{
    private static readonly string? Fixtures = SourceFixtures.Folder();

    private readonly FocusSource source = new();

    /// <summary>The specification's examples were saved by a spreadsheet: dates have the month first. Sums were taken with another program.</summary>
    [Theory]
    [InlineData("saas_examples__simple_agreements__simple_saas_agreements_a1", 0, 1, 0, 0)]
    [InlineData("saas_examples__simple_agreements__simple_saas_agreements_a2", 0, 1, 0, 0)]
    [InlineData("saas_examples__simple_agreements__simple_saas_agreements_a3", 0, 1, 0, 0)]
    [InlineData("saas_examples__simple_agreements__simple_saas_agreements_b", 0, 1, 0, 0)]
    [InlineData("saas_examples__spend_agreements__saas_spend_agreements_a1", 4, 0, 1200, 1200)]
    [InlineData("saas_examples__spend_agreements__saas_spend_agreements_a2", 13, 0, 1200, 1200)]
    [InlineData("saas_examples__spend_agreements__saas_spend_agreements_b1", 5, 0, 1200, 1200)]
    [InlineData("saas_examples__spend_agreements__saas_spend_agreements_b2", 14, 0, 1200, 1200)]
    [InlineData("saas_examples__virtual_currency_pricing_model_a1", 1, 0, 0, 200000)]
    [InlineData("saas_examples__virtual_currency_pricing_model_a2", 3, 0, 1230, 0)]
    [InlineData("saas_examples__virtual_currency_pricing_model_b1", 1, 0, 0, 100000)]
    [InlineData("saas_examples__virtual_currency_pricing_model_b2", 3, 0, 615, 0)]
    [InlineData("saas_examples__virtual_currency_pricing_model_b3", 3, 0, 495, 0)]
    public async Task Examples_of_the_specification_add_up(string name, int charges, int rejected, decimal effective, decimal billed)
    {
        var readings = await ReadAsync(Path.Combine("focus", "spec-1.2-examples", name + ".csv"), FocusSource.MonthFirst);

        var costs = readings.OfType<RecordRead>().Select(r => (Cost)r.Record).ToList();
        (costs.Count, readings.OfType<RecordRejected>().Count(), costs.Sum(c => c.EffectiveCost), costs.Sum(c => c.BilledCost))
            .ShouldBe((charges, rejected, effective, billed));
        readings.OfType<RecordRejected>().ShouldAllBe(r => r.Reason.Contains('$'));
        costs.ShouldAllBe(c => c.Currency == "USD" && c.CostId.Contains("/2025-", StringComparison.Ordinal) | c.CostId.Contains("/2026-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task As_they_are_dates_of_spreadsheets_are_rejected_not_guessed()
    {
        var readings = await ReadAsync(Path.Combine("focus", "spec-1.2-examples", "saas_examples__virtual_currency_pricing_model_a2.csv"), FocusSource.Iso);

        readings.OfType<RecordRejected>().Select(r => r.Reason).Distinct().ShouldBe(
        [
            "BillingPeriodStart is \"4/1/25\"; write date and time in UTC as 2026-07-01T00:00:00Z, or set dates: month_first or day_first in sources.yaml",
        ]);
        readings.ShouldNotContain(r => r is RecordRead || r is PartRead);
    }

    [Theory]
    [InlineData("focus/spec-1.2-examples", "commitment_discount*.csv", 10, "lacks the columns BillingCurrency, BillingAccountId, ")]
    [InlineData("focus/validator-samples", "all_pass.csv", 1, "is of FOCUS 0.5, whose columns have other names and meanings; ")]
    [InlineData("focus/validator-samples", "multiple*.csv", 1, "is no cost and usage file: ")]
    [InlineData("focus/conversion-rules", "*.csv", 4, "is no cost and usage file: ")]
    [InlineData("cost/aws", "*.csv", 1, "is a Cost and Usage Report of AWS, not a FOCUS file; ")]
    [InlineData("cost/azure", "EA_*.csv", 2, "is an actual or amortised cost export of Azure, not a FOCUS file; ")]
    [InlineData("cost/azure", "ea_*.csv", 1, "is an actual or amortised cost export of Azure, not a FOCUS file; ")]
    [InlineData("cost/azure", "opencost_*.csv", 7, "is an actual or amortised cost export of Azure, not a FOCUS file; ")]
    [InlineData("cost/oci", "*.csv", 1, "is a cost report of Oracle Cloud, not a FOCUS file; ")]
    public async Task Exports_of_other_forms_are_refused_with_what_they_are(string folder, string pattern, int files, string reason)
    {
        Assert.SkipWhen(Fixtures is null, "The shared fixtures are not beside the repository.");
        var found = Directory.GetFiles(Path.Combine(Fixtures!, folder), pattern);

        found.Length.ShouldBe(files);
        foreach (var file in found)
        {
            (await Should.ThrowAsync<SourceException>(() => ReadingText.Of(source, Payload.OfFile(file)))).Message.ShouldStartWith($"{file}: {reason}");
        }
    }

    [Theory]
    [InlineData("focus")]
    [InlineData("cost")]
    public async Task Every_file_of_the_folder_is_read_skipped_or_refused(string folder)
    {
        Assert.SkipWhen(Fixtures is null, "The shared fixtures are not beside the repository.");
        foreach (var payload in source.Fetch([Path.Combine(Fixtures!, folder)]).Where(p => p.Skipped is null))
        {
            try
            {
                (await ReadingText.Of(source, payload)).ShouldNotBeEmpty(payload.Name);
            }
            catch (SourceException refused)
            {
                refused.Message.ShouldStartWith(payload.Name);
            }
        }
    }

    /// <summary>The sample of the FinOps Foundation, where it is there: every row is read, and the sums are those of the file.</summary>
    [Fact]
    public async Task A_sample_is_read_whole_and_its_sums_are_those_of_its_columns()
    {
        var samples = Fixtures is null ? [] : Directory.GetFiles(Path.Combine(Fixtures, "focus"), "focus_sample*.csv", SearchOption.AllDirectories);
        Assert.SkipWhen(samples.Length == 0, "There is no sample among the fixtures.");
        foreach (var sample in samples)
        {
            var rows = Plain(File.ReadAllText(sample));
            var effective = rows[0].IndexOf("EffectiveCost");
            var readings = await ReadAsync(sample, FocusSource.Iso);

            readings.OfType<RecordRejected>().ShouldBeEmpty(sample);
            var costs = readings.OfType<RecordRead>().Select(r => (Cost)r.Record).ToList();
            costs.Count.ShouldBe(rows.Count - 1, sample);
            costs.Sum(c => c.EffectiveCost).ShouldBe(rows.Skip(1).Sum(r => decimal.Parse(r[effective], NumberStyles.Float, CultureInfo.InvariantCulture)), sample);
        }
    }

    private async Task<List<Reading>> ReadAsync(string file, string dates)
    {
        Assert.SkipWhen(Fixtures is null, "The shared fixtures are not beside the repository.");
        var connection = SourceConnection.Create(source, options: new Dictionary<string, string> { ["dates"] = dates });
        var readings = new List<Reading>();
        await foreach (var reading in source.ReadAsync(
            Payload.OfFile(Path.Combine(Fixtures!, file)), new ReadContext(ReadingText.Redactor, connection, DateTimeOffset.UnixEpoch),
            TestContext.Current.CancellationToken))
        {
            readings.Add(reading);
        }

        return readings;
    }

    /// <summary>A second reader of CSV, as plain as can be.</summary>
    private static List<List<string>> Plain(string text)
    {
        var rows = new List<List<string>> { new() };
        var field = new System.Text.StringBuilder();
        var isQuoted = false;
        foreach (var letter in text.TrimStart('\uFEFF').Replace("\r", "", StringComparison.Ordinal))
        {
            if (letter == '"') isQuoted = !isQuoted;
            if (isQuoted || letter is not (',' or '\n')) field.Append(letter);
            else
            {
                rows[^1].Add(field.ToString().Trim());
                field.Clear();
                if (letter == '\n') rows.Add([]);
            }
        }

        return [.. rows.Where(r => r.Count > 1)];
    }
}
