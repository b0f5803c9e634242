using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Metrics.Model.Facts;

namespace Metrics.Sources.Focus;

/// <summary>The charges of a file, one row at a time, and the partitions that they make up.</summary>
internal sealed class FocusReader(string file, ReadContext context)
{
    private const int LongestPayload = 8000;

    private static readonly FocusColumn[] Columns = Enum.GetValues<FocusColumn>();

    private readonly FocusAllocation allocation = new(context.Mapping);
    private readonly FocusTotals totals = new();
    private readonly Dictionary<string, (DateTimeOffset Start, DateTimeOffset Vouched)> partitions = [];
    private readonly Dictionary<FocusColumn, (string Text, DateTimeOffset Value)> moments = [];
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly string piece = context.Connection.Text(FocusSource.Deliveries) == FocusSource.Pieces
        ? "/" + Path.GetFileName(file) : "";

    private readonly string dates = context.Connection.Text(FocusSource.Dates) ?? FocusSource.Iso;

    public async IAsyncEnumerable<Reading> ReadAsync(Stream content, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var rows = new CsvRows(new LineReader(content, file));
        if (!await rows.NextAsync(_ => false, cancellation))
            throw new SourceException($"{file}: is empty; a FOCUS file has a header, even without charges. Export it again.");
        var header = new FocusHeader(rows, file);
        while (await rows.NextAsync(row => row.Count == header.Count && Read(header, row).Fault is null, cancellation))
            if (Read(header, rows) is { } reading) yield return reading;

        foreach (var (partition, (start, vouched)) in partitions)
        {
            yield return new PartRead(FactPart.Of("cost").Starting("cost_id", partition));
            if (vouched > start) yield return new TimeCovered("cost", start, vouched);
        }

        foreach (var remark in totals.Remarks()) yield return new Remark(remark);
    }

    private Reading? Read(FocusHeader header, CsvRows rows)
    {
        if (rows.Fault is { } fault) return Reject(rows, "", $"the row {fault}");
        if (header.IsRepeatedBy(rows.Fields)) return null;
        if (rows.Fields.Count != header.Count)
        {
            return Reject(rows, "", $"the row has {rows.Fields.Count} fields, the header {header.Count}; " +
                "export the file again, or put values that contain a comma in quotation marks");
        }

        var (cost, broken) = Read(header, rows.Fields);
        if (cost is null) return Reject(rows, broken!.Value.Column is { } column ? $", column \"{header.NameOf(column)}\"" : "", broken.Value.Reason);
        NotePartition(header, rows.Fields, cost);
        totals.Add(cost);
        return new RecordRead(cost);
    }

    /// <summary>A charge, or why the row is none.</summary>
    private (Cost? Cost, (FocusColumn? Column, string Reason)? Fault) Read(FocusHeader header, CsvFields row)
    {
        (FocusColumn?, string)? fault = null;
        var period = Moment(FocusColumn.BillingPeriodStart);
        var start = Moment(FocusColumn.ChargePeriodStart);
        var end = Moment(FocusColumn.ChargePeriodEnd);
        var effective = Amount(FocusColumn.EffectiveCost);
        var billed = Amount(FocusColumn.BilledCost);
        if (fault is not null) return (null, fault);

        var (dataset, pipeline, team) = allocation.Of(header, row);
        var cost = new Cost
        {
            CostId = $"{Partition(header, row, period)}{Hash(header, row)}#",
            ChargeStart = start,
            ChargeEnd = end,
            Service = Text(FocusColumn.ServiceName),
            Resource = Text(FocusColumn.ResourceId) ?? Text(FocusColumn.ResourceName),
            EffectiveCost = effective,
            BilledCost = billed,
            Currency = Text(FocusColumn.BillingCurrency)?.ToUpperInvariant(),
            Dataset = dataset,
            Pipeline = pipeline,
            Team = team,
            Source = FocusSource.SourceName,
        };
        return cost.Fault() is { } wrong ? (null, (null, wrong)) : (cost, null);

        DateTimeOffset Moment(FocusColumn column)
        {
            var text = header.Value(row, column);
            ref var last = ref CollectionsMarshal.GetValueRefOrAddDefault(moments, column, out _);
            if (last.Text is { } seen && text.SequenceEqual(seen)) return last.Value;
            if (FocusValue.Moment(text, dates) is not { } value)
            {
                return Fail<DateTimeOffset>(column, text, "write date and time in UTC as 2026-07-01T00:00:00Z" +
                    (text.ContainsAny('/', '.') && dates == FocusSource.Iso ? ", or set dates: month_first or day_first in sources.yaml" : ""));
            }

            last = (text.ToString(), value);
            return value;
        }

        decimal Amount(FocusColumn column)
        {
            var text = header.Value(row, column);
            return FocusValue.Amount(text) ?? Fail<decimal>(
                column, text, "write a plain number such as -12.5 or 1.2E-7, without currency and thousands separators");
        }

        T Fail<T>(FocusColumn column, ReadOnlySpan<char> text, string advice) where T : struct
        {
            fault ??= (column, $"{column} is {(text.IsEmpty ? "missing" : $"\"{text}\"")}; {advice}");
            return default;
        }

        string? Text(FocusColumn column) => header.Value(row, column) is { IsEmpty: false } text ? text.ToString() : null;
    }

    /// <summary>Provider, billing account and billing period; of an export in pieces the file too.</summary>
    private string Partition(FocusHeader header, CsvFields row, DateTimeOffset period) => string.Create(
        CultureInfo.InvariantCulture,
        $"{header.Value(row, FocusColumn.ProviderName)}/{header.Value(row, FocusColumn.BillingAccountId)}/{period:yyyy-MM-dd}{piece}/");

    private string Hash(FocusHeader header, CsvFields row)
    {
        foreach (var column in Columns)
        {
            hash.AppendData(MemoryMarshal.AsBytes(header.Value(row, column)));
            hash.AppendData("\0"u8);
        }

        Span<byte> bytes = stackalloc byte[32];
        hash.GetHashAndReset(bytes);
        return Convert.ToHexStringLower(bytes[..12]);
    }

    /// <summary>
    /// A delivery vouches for its billing period as far as its charges reach: what comes after may be missing because it was written
    /// before that.
    /// </summary>
    private void NotePartition(FocusHeader header, CsvFields row, Cost cost)
    {
        var id = cost.CostId[..(cost.CostId.LastIndexOf('/') + 1)];
        if (FocusValue.Moment(header.Value(row, FocusColumn.BillingPeriodStart), dates) is not { } start) return;
        var close = FocusValue.Moment(header.Value(row, FocusColumn.BillingPeriodEnd), dates) ?? start.AddMonths(1);
        var reached = cost.ChargeEnd!.Value < close ? cost.ChargeEnd.Value : close;
        ref var noted = ref CollectionsMarshal.GetValueRefOrAddDefault(partitions, id, out var isKnown);
        noted = (start, isKnown && noted.Vouched > reached ? noted.Vouched : reached);
    }

    private RecordRejected Reject(CsvRows rows, string column, string reason)
    {
        var text = rows.Text.Length > LongestPayload ? $"{rows.Text[..LongestPayload]}…" : rows.Text;
        return new RecordRejected($"{file}, line {rows.Line}{column}", text.Replace('\0', '␀'), reason.Replace('\0', '␀'));
    }
}
