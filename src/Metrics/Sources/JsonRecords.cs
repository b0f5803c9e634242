using System.Runtime.CompilerServices;
using System.Text.Json;
using Metrics.Model.Facts;

namespace Metrics.Sources;

/// <summary>Reads the objects of a JSON payload one by one, each only after what identifies people has been taken out of it.</summary>
internal static class JsonRecords
{
    /// <param name="read">What an object at a place says; null where it is nothing that is read here.</param>
    /// <param name="what">What is expected, for messages: <c>answers of GitHub's APIs</c>.</param>
    /// <exception cref="SourceException">The payload is no JSON, or nothing in it is what is expected.</exception>
    public static async IAsyncEnumerable<Reading> ReadAsync(
        Payload payload, JsonPrivacy privacy, Func<string, JsonElement, IEnumerable<Reading>?> read, string what,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        var (known, others, said) = (0L, 0L, 0L);
        JsonRow? other = null;
        await foreach (var row in JsonRows.ReadAsync(payload, cancellation))
        {
            if (row.Fault is { } fault)
            {
                yield return new RecordRejected(row.Place, "", fault);
                continue;
            }

            var json = row.Json.ValueKind == JsonValueKind.Object ? privacy.Rewrite(row.Json) : default;
            if (json.ValueKind == JsonValueKind.Object && read(row.Place, json) is { } readings)
            {
                known++;
                foreach (var reading in readings)
                {
                    said++;
                    yield return reading;
                }
            }
            else
            {
                others++;
                other ??= row with { Json = json };
            }
        }

        if (known > 0 && said == 0) yield return new Remark("It holds nothing that is kept; what is read stands in the source's README.");
        if (other is not { } first) yield break;
        if (known == 0) throw new SourceException($"{payload.Name}: holds none of {what}{Members(first.Json)}.");
        yield return new RecordRejected(
            first.Place, JsonPrivacy.Shown(first.Json),
            $"{(others == 1 ? "This is" : $"This and {others - 1} more are")} none of {what} that are read; what is read stands in the source's README.");
    }

    private static string Members(JsonElement json) => json.ValueKind == JsonValueKind.Object
        ? $", but {{{string.Join(", ", json.Members().Select(m => m.Name).Take(8))}{(json.Members().Count() > 8 ? ", …" : "")}}}"
        : "";
}
