using System.Text;
using Metrics.Sources;
using Metrics.Sources.Focus;
using Metrics.Tests.Sources.Canonical;

namespace Metrics.Tests.Sources.Focus;

/// <summary>Which files make up a delivery, and what is left out or refused.</summary>
public sealed class FocusDeliveryTests : IDisposable
{
    private readonly FocusSource source = new();
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("metrics-focus-");

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData("costs-00001.csv.gz", "costs-*.csv.gz")]
    [InlineData("part_0_0001.csv", "part_*.csv")]
    [InlineData("focus-000000000012.csv", "focus-*.csv")]
    [InlineData("part-00000-6f1c-c000.csv", "part-*-6f1c-c*.csv")]
    [InlineData("0001000001234567-00001.csv.gz", "0001000001234567-*.csv.gz")]
    [InlineData("costs-2026-07-15-00001.csv", "costs-2026-07-15-*.csv")]
    [InlineData("costs-2026-07.csv", "costs-2026-07.csv")]
    [InlineData("costs_20260715.csv", "costs_20260715.csv")]
    [InlineData("costs-2026-07-15.csv", "costs-2026-07-15.csv")]
    [InlineData("costs.csv", "costs.csv")]
    public void A_part_number_is_told_from_a_date(string file, string set) => FocusDelivery.SetName(file).ShouldBe(set);

    [Theory]
    [InlineData("costs-00001.csv costs-00002.csv", "costs-*.csv")]
    [InlineData("part_0_0001.csv part_0_0002.csv other.csv", "other.csv part_*.csv")]
    [InlineData("data_0_0_0.csv data_0_1_0.csv data_0_2_0.csv", "data_*.csv")]
    [InlineData("costs-3.csv costs-7.csv", "costs-3.csv costs-7.csv")]
    [InlineData("costs-1.csv costs-3.csv", "costs-1.csv costs-3.csv")]
    [InlineData("costs-2026-07-01.csv costs-2026-07-02.csv", "costs-2026-07-01.csv costs-2026-07-02.csv")]
    [InlineData("costs-00001.csv costs-00002.csv.gz", "costs-00001.csv costs-00002.csv.gz")]
    public void Numbered_parts_of_a_folder_are_one_delivery(string files, string payloads)
    {
        foreach (var file in files.Split(' ')) Write(file, FocusFiles.File());

        string.Join(' ', source.Fetch([folder.FullName]).Select(p => Path.GetFileName(p.Name)).Order(StringComparer.Ordinal)).ShouldBe(payloads);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Parts_are_read_one_after_the_other_each_with_its_header(bool isPacked)
    {
        var extension = isPacked ? ".csv.gz" : ".csv";
        Write("costs-00001" + extension, "\uFEFF" + FocusFiles.File(FocusFiles.Row("1")).TrimEnd('\n'));
        Write("costs-00002" + extension, "\uFEFF" + FocusFiles.File(FocusFiles.Row("2"), FocusFiles.Row("x")));

        var payload = source.Fetch([folder.FullName]).Single();
        var readings = await ReadingText.Of(source, payload);

        readings.Split('\n').Count(l => l.StartsWith("cost ", StringComparison.Ordinal)).ShouldBe(2);
        readings.ShouldContain($"rejected {payload.Name}, line 5, column \"EffectiveCost\"");
        readings.ShouldContain("remark EUR: effective 3.00");
        payload.Length.ShouldBe(folder.GetFiles().Sum(f => f.Length));
    }

    [Fact]
    public void Folders_are_searched_and_what_is_no_csv_is_named()
    {
        Write("2026-07/run-1/costs.csv", FocusFiles.File());
        Write("2026-07/run-1/manifest.json", "{}");
        Write("2026-08/costs.parquet", "");

        source.Fetch([folder.FullName]).Select(p => $"{Path.GetRelativePath(folder.FullName, p.Name)}: {p.Skipped}").ShouldBe(
        [
            "2026-07/run-1/costs.csv: ",
            "2026-07/run-1/manifest.json: is no CSV; FOCUS exports are read as .csv and .csv.gz",
            "2026-08/costs.parquet: is no CSV; FOCUS exports are read as .csv and .csv.gz",
        ]);
    }

    [Fact]
    public void A_folder_without_csv_and_a_path_that_is_not_there_are_refused()
    {
        Should.Throw<SourceException>(() => source.Fetch([folder.FullName])).Message.ShouldBe(
            $"{folder.FullName}: holds no CSV file. FOCUS exports are read as .csv and .csv.gz; where the export writes Parquet, choose CSV.");
        Should.Throw<SourceException>(() => source.Fetch(["nowhere"])).Message.ShouldBe(
            "nowhere: there is no such file or folder; check the path, or where the command is run.");
    }

    [Theory]
    [InlineData("BilledCost,BillingAccountId,Tags\n",
        "lacks the columns EffectiveCost, BillingCurrency, BillingPeriodStart, ChargePeriodStart, ChargePeriodEnd, ChargeCategory, ServiceName, ProviderName; " +
        "of those needed it has BilledCost, BillingAccountId. " +
        "Supported is FOCUS cost and usage 1.0 to 1.2 (and later versions with ServiceProviderName). Have these columns exported too.")]
    [InlineData("Provider,ChargeType,BilledCost,AmortizedCost,BilledCurrency\n",
        "is of FOCUS 0.5, whose columns have other names and meanings; supported is FOCUS cost and usage 1.0 to 1.2 (and later versions with " +
        "ServiceProviderName). Have it exported in such a version.")]
    [InlineData("identity/LineItemId,lineItem/UnblendedCost\n",
        "is a Cost and Usage Report of AWS, not a FOCUS file; create a data export of the table \"FOCUS 1.2 with AWS columns\", as gzip CSV, " +
        "under Billing and Cost Management, Data Exports, and import that.")]
    [InlineData("\uFEFFInvoiceSectionName,BillingAccountId,MeterCategory,CostInBillingCurrency\n",
        "is an actual or amortised cost export of Azure, not a FOCUS file; create an export of the type \"Cost and usage details (FOCUS)\" " +
        "under Cost Management, Exports, and import that.")]
    [InlineData("lineItem/referenceNo,cost/myCost\n",
        "is a cost report of Oracle Cloud, not a FOCUS file; take the reports under \"FOCUS Reports\" in Billing and Cost Management, " +
        "Cost and Usage Reports, and import that.")]
    [InlineData("usage_start_time,project.id,cost\n",
        "is a billing export of Google Cloud, not a FOCUS file; export the FOCUS view of the detailed billing export in BigQuery as CSV, and import that.")]
    [InlineData("name,age\n", "is no cost and usage file: its header has none of the columns of FOCUS cost and usage 1.0 to 1.2 (and later versions with ServiceProviderName).")]
    [InlineData("", "is empty; a FOCUS file has a header, even without charges. Export it again.")]
    public async Task What_is_no_focus_file_is_refused_with_what_it_is_and_what_to_do(string content, string reason) =>
        (await Should.ThrowAsync<SourceException>(() => ReadingText.Of(source, "costs.csv", content))).Message.ShouldBe($"costs.csv: {reason}");

    [Fact]
    public async Task Two_columns_of_one_name_are_refused() =>
        (await Should.ThrowAsync<SourceException>(() => ReadingText.Of(source, "costs.csv", FocusFiles.Header + ",tags\n")))
            .Message.ShouldBe("costs.csv: Tags, tags stand for the same column; remove all but one.");

    [Fact]
    public async Task A_packed_file_that_was_cut_off_is_refused()
    {
        var packed = FocusFiles.Packed(FocusFiles.File([.. Enumerable.Range(0, 2000).Select(i => FocusFiles.Row($"{i}"))]));

        (await Should.ThrowAsync<SourceException>(() => ReadingText.Of(source, Payload.OfBytes("costs.csv.gz", packed.AsMemory(0, packed.Length / 2)))))
            .Message.ShouldContain("cannot be unpacked");
    }

    [Fact]
    public async Task What_is_uploaded_is_known_as_packed_by_its_first_bytes()
    {
        var file = FocusFiles.File(FocusFiles.Row("1"));
        var packed = source.Describe(Request(FocusFiles.Packed(file))).Payload!;
        var plain = source.Describe(Request(Encoding.UTF8.GetBytes(file))).Payload!;

        (await ReadingText.Of(source, packed)).Replace(".gz", "", StringComparison.Ordinal).ShouldBe(await ReadingText.Of(source, plain));

        static PushRequest Request(byte[] body) => new(new Dictionary<string, string>(), body, body);
    }

    private void Write(string file, string text)
    {
        var path = Path.Combine(folder.FullName, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (file.EndsWith(".gz", StringComparison.Ordinal)) File.WriteAllBytes(path, FocusFiles.Packed(text));
        else File.WriteAllText(path, text, new UTF8Encoding(false));
    }
}
