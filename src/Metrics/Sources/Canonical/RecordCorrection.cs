using System.Text.Json;
using Metrics.Model.Facts;
using Metrics.Storage.Ingestion;

namespace Metrics.Sources.Canonical;

/// <summary>Puts fields of a record right by hand: written and judged as in a canonical file.</summary>
public sealed class RecordCorrection(CorrectionStore store, Redactor redactor)
{
    /// <param name="fact">In the singular or as its file is called: <c>incident</c>, <c>incidents</c>.</param>
    /// <param name="key">The natural key, its parts joined by a slash, as evidence shows it.</param>
    /// <param name="source">Needed where several sources have such a record.</param>
    /// <param name="connection">Needed where several connections of it have.</param>
    /// <param name="fields">By column; an empty text empties the field.</param>
    /// <exception cref="CorrectionException">There is no such record or field, or the record could not be true so; the message says what is allowed.</exception>
    /// <exception cref="Storage.StorageException">The database failed; nothing was changed.</exception>
    public async Task<BatchReport> CorrectAsync(
        string fact, string key, string? source, string? connection, IReadOnlyDictionary<string, string> fields, string by, string reason,
        CancellationToken cancellation = default)
    {
        if (string.IsNullOrWhiteSpace(reason)) throw new CorrectionException("A correction needs a reason (--reason).");
        var schema = FactOf(fact);
        var columns = fields.Keys.Select(name => ColumnOf(schema, name)).ToList();
        var record = Only(await store.FindAsync(schema, key, source, connection, cancellation), schema, key);
        var corrected = Judged(record, fields);
        return await store.CorrectAsync(record, [.. columns.Select(c => (c, c.Get(corrected)))], by, reason, cancellation);
    }

    private static FactSchema FactOf(string name) => (FactSchema.Named(name) ?? FactSchema.OfFile(name)) switch
    {
        null => throw new CorrectionException(
            $"There is no fact \"{name}\"; there are {string.Join(", ", FactSchema.All.Where(f => f.Catalogue is null).Select(f => f.Name))}."),
        { Catalogue: not null } fact => throw new CorrectionException(
            $"{fact.File} are of the catalogue, which has a history of its own: put them right there (metrics catalog apply)."),
        var fact => fact,
    };

    private static FactColumn ColumnOf(FactSchema schema, string name)
    {
        var column = schema.Columns.FirstOrDefault(c => c.Name == name);
        return column switch
        {
            { IsKey: true } => throw new CorrectionException($"{name} is part of the record's key: another key is another record."),
            { IsRedacted: true } => throw new CorrectionException($"{name} is kept only as a hash that stands for a person; it cannot be put right."),
            null => throw new CorrectionException(
                $"{schema.File} have no column \"{name}\"; they have {string.Join(", ", schema.Columns.Where(c => !c.IsKey && !c.IsRedacted).Select(c => c.Name))}."),
            _ => column,
        };
    }

    private static StoredRecord Only(IReadOnlyList<StoredRecord> found, FactSchema schema, string key) => found switch
    {
        [var record] => record,
        [] => throw new CorrectionException($"There is no {schema.Name} \"{key}\". Its key is what evidence shows, with \"/\" between its parts: {string.Join('/', schema.Keys.Select(k => k.Name))}."),
        _ => throw new CorrectionException(
            $"{found.Count} sources have {schema.Name} \"{key}\": {string.Join(", ", found.Select(f => $"{f.Source}{(f.Connection.Length > 0 ? $" ({f.Connection})" : "")}"))}. " +
            "Say which with --source and --connection."),
    };

    /// <summary>The record as it would be.</summary>
    private Fact Judged(StoredRecord record, IReadOnlyDictionary<string, string> fields)
    {
        var reader = RecordReader.Of(record.Fact);
        var draft = new RecordDraft(reader, redactor);
        using var row = JsonDocument.Parse(record.Row);
        draft.Begin();
        foreach (var column in record.Fact.Columns.Where(c => !c.IsRedacted).Select(c => reader.Columns[c.Name]))
        {
            draft.Take(column);
            if (fields.TryGetValue(column.Name, out var given)) draft.Set(column, given);
            else if (row.RootElement.TryGetProperty(column.Name, out var stored)) Set(draft, column, stored);
        }

        var (judged, fault) = draft.Finish();
        return fault is null ? judged : throw new CorrectionException($"{record.Fact.Name} {record.Key} cannot be so: {fault.Reason}.");
    }

    private static void Set(RecordDraft draft, CellReader column, JsonElement stored)
    {
        if (stored.ValueKind == JsonValueKind.Array) draft.SetItems(column, [.. stored.EnumerateArray().Select(v => v.ToString())]);
        else if (stored.ValueKind != JsonValueKind.Null)
            draft.Set(column, stored.ValueKind is JsonValueKind.True or JsonValueKind.False ? stored.GetRawText() : stored.ToString());
    }
}
