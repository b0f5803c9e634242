using System.Globalization;
using Metrics.Sources;
using Metrics.Sources.Focus;
using Metrics.Tests.Storage;
using Metrics.Tests.Storage.Ingestion;

namespace Metrics.Tests.Sources.Focus;

/// <summary>Files in a database: sums to the cent, whatever is delivered again.</summary>
public sealed class FocusImportTests : IAsyncLifetime
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("metrics-focus-");
    private MetricsDatabase database = null!;

    public async ValueTask InitializeAsync() => database = await MetricsDatabase.CreateAsync("2026-11-21T12:00:00Z");

    public async ValueTask DisposeAsync()
    {
        folder.Delete(recursive: true);
        await database.DisposeAsync();
    }

    [Fact]
    public async Task Months_services_and_owners_add_up_to_the_files_to_the_cent()
    {
        // 31 days of storage at 1.11, of which a credit takes 10; a commitment of 1200 bought in July and used up day by day.
        List<string> july = [.. Enumerable.Range(1, 31).Select(d => FocusFiles.Row("1.11", day: $"2026-07-{d:00}", tags: """{"team":"crm","dataset":"orders"}"""))];
        july.Add(FocusFiles.Row("-10", category: "Credit", tags: """{"team":"crm"}"""));
        july.Add(FocusFiles.Row("0", billed: "1200", service: "Compute", category: "Purchase"));
        july.AddRange(Enumerable.Range(1, 31).Select(d => FocusFiles.Row("3.30", billed: "0", day: $"2026-07-{d:00}", service: "Compute", resource: $"vm-{d}")));
        // August's bill takes back a July charge and books it again, cheaper: both with the charge period of July.
        string[] august =
        [
            FocusFiles.Row("-1.11", day: "2026-07-05", period: "2026-08-01", classOf: "Correction", tags: """{"team":"crm","dataset":"orders"}"""),
            FocusFiles.Row("1.01", day: "2026-07-05", period: "2026-08-01", classOf: "Correction", tags: """{"team":"crm","dataset":"orders"}"""),
            FocusFiles.Row("5.55", day: "2026-08-01", period: "2026-08-01", category: "Tax", service: ""),
        ];
        await ImportAsync("july.csv", [.. july]);
        await ImportAsync("august.csv", august);

        (await SumsAsync("to_char(charge_start at time zone 'UTC', 'YYYY-MM')")).ShouldBe("2026-07 126.61 1224.31, 2026-08 5.55 5.55");
        (await SumsAsync("split_part(cost_id, '/', 3)")).ShouldBe("2026-07-01 126.71 1224.41, 2026-08-01 5.45 5.45");
        (await SumsAsync("coalesce(service, '-')")).ShouldBe("- 5.55 5.55, Compute 102.30 1200.00, Storage 24.31 24.31");
        (await SumsAsync("concat_ws('+', dataset, team)")).ShouldBe(" 107.85 1205.55, crm -10.00 -10.00, orders+crm 34.31 34.31");
    }

    [Fact]
    public async Task Twice_shuffled_and_in_parts_equals_once_and_what_vanished_is_gone()
    {
        string[] rows = [.. Enumerable.Range(0, 200).Select(i => FocusFiles.Row($"{i % 7}.25", day: $"2026-07-{(i % 28) + 1:00}", service: $"S{i % 3}"))];
        var expected = rows.Select((_, i) => (i % 7) + 0.25m).Sum();
        (await ImportAsync("a.csv", rows)).New.ShouldBe(200);
        var facts = await database.FactsAsync();

        var again = await ImportAsync("b.csv", [.. rows.Reverse()]);
        (again.New, again.Changed, again.Same).ShouldBe((0, 0, 200));
        (await database.FactsAsync()).ShouldBe(facts);

        Write("parts/c-00001.csv.gz", FocusFiles.File(rows[..90]));
        Write("parts/c-00002.csv.gz", FocusFiles.File(rows[90..]));
        var parts = (await database.ImportAsync(new FocusSource(), Path.Combine(folder.FullName, "parts"))).Single().Report!;
        (parts.New, parts.Changed, parts.Same).ShouldBe((0, 0, 200));
        (await TotalAsync()).ShouldBe(expected);

        (await ImportAsync("d.csv", rows[..150])).Changed.ShouldBe(50);
        (await TotalAsync()).ShouldBe(rows[..150].Select((_, i) => (i % 7) + 0.25m).Sum());

        (await ImportAsync("e.csv", rows)).Changed.ShouldBe(50);
        (await TotalAsync()).ShouldBe(expected);
    }

    [Fact]
    public async Task Equal_charges_count_as_often_as_they_are_delivered()
    {
        await ImportAsync("a.csv", FocusFiles.Row("1"), FocusFiles.Row("1"), FocusFiles.Row("1"));
        (await TotalAsync()).ShouldBe(3);

        await ImportAsync("a.csv", FocusFiles.Row("1"), FocusFiles.Row("1"));
        (await TotalAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task A_delivery_with_a_broken_row_does_not_replace_a_whole_one()
    {
        await ImportAsync("a.csv", FocusFiles.Row("1"), FocusFiles.Row("2"));

        var report = await ImportAsync("b.csv", FocusFiles.Row("1"), FocusFiles.Row("two"), FocusFiles.Row("8", account: "1002"));

        report.Rejected.ShouldBe(2);
        (await SumsAsync("split_part(cost_id, '/', 2)")).ShouldBe("1001 3.00 3.00, 1002 8.00 8.00");
    }

    [Fact]
    public async Task The_report_says_what_is_unallocated()
    {
        var report = await ImportAsync("a.csv", FocusFiles.Row("3", tags: """{"team":"crm"}"""), FocusFiles.Row("1", service: "Compute"));

        report.Remarks.ShouldBe(["EUR: effective 4.00, billed 4.00; for no dataset, pipeline or team 1.00 (25.0 %): Compute 1.00"]);
    }

    [Fact]
    public async Task A_large_file_is_read_as_a_stream()
    {
        // The rows come from a generator: nothing holds them all.
        const int Rows = 200_000;
        var payload = new Payload("large.csv", 0, () => new GeneratedFile(Rows));
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var (count, most) = (0, 0L);
        var context = new ReadContext(Canonical.ReadingText.Redactor, SourceConnection.Bare(new FocusSource()), DateTimeOffset.UnixEpoch);
        await foreach (var reading in new FocusSource().ReadAsync(payload, context, TestContext.Current.CancellationToken))
        {
            if (reading is Metrics.Model.Facts.RecordRead && ++count % 50_000 == 0) most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
        }

        count.ShouldBe(Rows);
        most.ShouldBeLessThan(16 * 1024 * 1024);
    }

    private async Task<Metrics.Storage.Ingestion.BatchReport> ImportAsync(string name, params string[] rows)
    {
        Write(name, FocusFiles.File(rows));
        return (await database.ImportAsync(new FocusSource(), Path.Combine(folder.FullName, name))).Single().Report!;
    }

    private void Write(string name, string text)
    {
        var path = Path.Combine(folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (name.EndsWith(".gz", StringComparison.Ordinal)) File.WriteAllBytes(path, FocusFiles.Packed(text));
        else File.WriteAllText(path, text);
    }

    private async Task<decimal> TotalAsync() =>
        decimal.Parse((await database.TextAsync("select coalesce(sum(effective_cost), 0) from analyst.cost"))!, CultureInfo.InvariantCulture);

    private Task<string?> SumsAsync(string by) => database.TextAsync(
        $"""
        select string_agg(concat_ws(' ', b, e, i), ', ' order by b)
        from (select {by} as b, round(sum(effective_cost), 2) as e, round(sum(billed_cost), 2) as i from analyst.cost group by 1) x
        """);

    /// <summary>A file of many rows that are made as they are read.</summary>
    private sealed class GeneratedFile(int rows) : Stream
    {
        private byte[] current = System.Text.Encoding.UTF8.GetBytes(FocusFiles.Header + "\n");
        private int at;
        private int made;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (at == current.Length)
            {
                if (made == rows) return 0;
                current = System.Text.Encoding.UTF8.GetBytes(FocusFiles.Row($"{made++}.5", tags: """{"by":"ann@example.com"}""") + "\n");
                at = 0;
            }

            var length = Math.Min(count, current.Length - at);
            Array.Copy(current, at, buffer, offset, length);
            at += length;
            return length;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
