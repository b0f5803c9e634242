using Metrics.Model.Facts;

namespace Metrics.Sources.Canonical;

/// <summary>A rejected record as it may be stored and shown: of bounded length, and without NUL.</summary>
internal static class Rejection
{
    private const int LongestPayload = 8000;

    public static RecordRejected Of(string file, int line, FactColumn? column, string payload, string reason)
    {
        var place = column is null ? $"{file}, line {line}" : $"{file}, line {line}, column \"{column.Name}\"";
        var shown = payload.Length > LongestPayload ? $"{payload[..LongestPayload]}…" : payload;
        return new RecordRejected(place, shown.Replace('\0', '␀'), reason.Replace('\0', '␀'));
    }
}
