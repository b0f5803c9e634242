using System.Collections;
using System.Globalization;
using System.Text;
using Metrics.Sources;
using Facts = Metrics.Model.Facts;

namespace Metrics.Tests.Sources.Canonical;

/// <summary>
/// Readings as text, one a line, so that tests can assert them whole: empty columns are left out, and fragments, of which
/// the records show only when they are composed.
/// </summary>
internal static class ReadingText
{
    public static readonly Redactor Redactor = new("a key for tests"u8.ToArray());

    /// <summary>When the payloads of tests are received.</summary>
    public static readonly DateTimeOffset ReceivedAt = new(2026, 9, 16, 12, 0, 0, TimeSpan.Zero);

    public static Task<string> Of(ISource source, Payload payload) => Of(SourceConnection.Bare(source), payload);

    public static async Task<string> Of(SourceConnection connection, Payload payload)
    {
        var text = new StringBuilder();
        var context = new ReadContext(Redactor, connection, ReceivedAt);
        await foreach (var reading in connection.Source.ReadAsync(payload, context, TestContext.Current.CancellationToken))
            if (reading is not Facts.FragmentSeen) text.AppendLine(Of(reading));
        return text.ToString().TrimEnd();
    }

    public static Task<string> Of(ISource source, string name, string content) =>
        Of(source, Payload.OfBytes(name, Encoding.UTF8.GetBytes(content)));

    public static async Task<string> Redacted(ISource source, Payload payload)
    {
        await using var stream = source.Redact(payload, Redactor);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    public static string Of(Facts.Reading reading) => reading switch
    {
        Facts.RecordRead { Record: var record } => Of(record),
        Facts.RecordRejected r => $"rejected {r.Place}: {r.Reason} <{r.Payload}>",
        Facts.TimeCovered c => $"covered {c.Fact}{(c.From is null && c.To is null ? "" : $" {Value(c.From)}/{Value(c.To)}")}",
        Facts.PartRead p => $"all of {p.Part}",
        Facts.SchemaSeen s => $"schema {s.Dataset} {Value(s.At)} {(s.Columns is null ? "absent" : string.Join(',', s.Columns.Select(c => $"{c.Name}:{c.Type}")))}",
        Facts.AliasSeen a => $"alias {a.Kind} {a.Name} -> {a.Target}",
        Facts.Remark r => $"remark {r.Text}",
        _ => throw new InvalidOperationException($"No text for {reading}."),
    };

    private static string Of(Facts.Fact record)
    {
        var schema = Facts.FactSchema.Of(record);
        var text = new StringBuilder(schema.Name);
        foreach (var column in schema.Columns) Append(text, column.Name, column.Get(record));
        if (record.Source != Facts.Fact.CanonicalSource) Append(text, "source", record.Source);
        if (record.Connection.Length > 0) Append(text, "connection", record.Connection);
        Append(text, "updated_at", record.UpdatedAt);
        Append(text, "seen_at", record.SeenAt);
        if (record.Deleted) Append(text, "deleted", true);
        return text.ToString();
    }

    private static void Append(StringBuilder text, string name, object? value)
    {
        if (Value(value) is { Length: > 0 } written) text.Append(CultureInfo.InvariantCulture, $" {name}={written}");
    }

    private static string Value(object? value) => value switch
    {
        null => "",
        DateTimeOffset t => t.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", CultureInfo.InvariantCulture).Replace("+00:00", "Z", StringComparison.Ordinal),
        DateOnly d => d.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        TimeOnly t => t.ToString("HH:mm:ss", CultureInfo.InvariantCulture),
        bool b => b ? "true" : "false",
        Enum e => Facts.FactWords.Of(e),
        string s => s,
        IEnumerable list => string.Join(';', list.Cast<object>().Select(Value)),
        IFormattable f => f.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };
}
