using System.Runtime.CompilerServices;
using System.Text;
using Metrics.Model.Facts;

namespace Metrics.Sources.Canonical;

/// <summary>The records of a CSV file.</summary>
internal sealed class CsvRecords(RecordReader reader, Redactor redactor, string file)
{
    private readonly RecordDraft draft = new(reader, redactor);
    private CellReader[] columns = [];

    public async IAsyncEnumerable<Reading> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var rows = new CsvRows(new LineReader(stream, file));
        if (!await rows.NextAsync(_ => false, cancellation)) yield break;
        ReadHeader(rows);
        while (await rows.NextAsync(IsRow, cancellation)) yield return Read(rows);
    }

    /// <summary>The file with the redacted columns hashed; lines keep their numbers.</summary>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> RedactAsync(
        Stream stream, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var rows = new CsvRows(new LineReader(stream, file));
        if (!await rows.NextAsync(_ => false, cancellation)) yield break;
        ReadHeader(rows);
        var written = 1;
        for (var isHeader = true; isHeader || await rows.NextAsync(IsRow, cancellation); isHeader = false)
        {
            var text = isHeader ? rows.Text : Redacted(rows);
            yield return Encoding.UTF8.GetBytes($"{new string('\n', rows.Line - written)}{text}\n");
            written = rows.Line + text.Count(c => c == '\n') + 1;
        }
    }

    private void ReadHeader(CsvRows rows)
    {
        var place = $"{file}, line {rows.Line}";
        if (rows.Fault is { } fault)
            throw new SourceException($"{place}: the header {fault}. Allowed columns: {reader.Allowed}.");
        var names = Enumerable.Range(0, rows.Fields.Count).Select(i => rows.Fields[i].Trim().ToString()).ToArray();
        var unknown = names.Where(n => !reader.Columns.ContainsKey(n)).ToArray();
        if (unknown.Length > 0) throw reader.Unknown(place, unknown, names);
        var twice = names.GroupBy(n => n).Where(g => g.Count() > 1).Select(g => g.Key).ToArray();
        if (twice.Length > 0)
        {
            throw new SourceException(
                $"{place}: {string.Join(", ", twice)} stands in the header more than once; remove all but one.");
        }

        var missing = reader.Required.Select(c => c.Name).Except(names).ToArray();
        if (missing.Length > 0)
        {
            throw new SourceException(
                $"{place}: the header lacks {string.Join(", ", missing)}, part of the key of {reader.Schema.File}. " +
                $"Columns: {reader.Allowed}.");
        }

        columns = [.. names.Select(n => reader.Columns[n])];
    }

    private Reading Read(CsvRows rows)
    {
        if (rows.Fault is { } fault) return Reject(rows, null, $"the row {fault}");
        if (rows.Fields.Count != columns.Length)
        {
            return Reject(rows, null, $"the row has {rows.Fields.Count} fields, the header {columns.Length}; " +
                "give every column a field, and put values that contain a comma in quotation marks");
        }

        var (record, broken) = Build(rows.Fields);
        return broken is null ? new RecordRead(record) : Reject(rows, broken.Column, broken.Reason);
    }

    private bool IsRow(CsvFields fields) => fields.Count == columns.Length && Build(fields).Fault is null;

    private (Fact Record, CellFault? Fault) Build(CsvFields fields)
    {
        draft.Begin();
        for (var i = 0; i < columns.Length; i++)
        {
            draft.Take(columns[i]);
            draft.Set(columns[i], fields[i]);
        }

        return draft.Finish();
    }

    private RecordRejected Reject(CsvRows rows, FactColumn? column, string reason) =>
        Rejection.Of(file, rows.Line, column, reader.HasRedaction ? Redacted(rows) : rows.Text, reason);

    // What cannot be divided into fields hides the value to be hashed: then all of it is.
    private string Redacted(CsvRows rows)
    {
        var fields = rows.Fields;
        if (rows.Fault is not null || fields.Count != columns.Length) return redactor.Hash(rows.Text)!;
        return string.Join(',', Enumerable.Range(0, fields.Count)
            .Select(i => columns[i].Column.IsRedacted ? redactor.Hash(fields[i].Trim().ToString())! : fields[i].ToString())
            .Select(Quoted));
    }

    private static string Quoted(string value) =>
        value.AsSpan().ContainsAny(",\"\r\n") ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : value;
}
