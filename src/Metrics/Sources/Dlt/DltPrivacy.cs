using System.Text.RegularExpressions;

namespace Metrics.Sources.Dlt;

/// <summary>What identifies people in dlt's traces: credentials, resolved settings, and the data items that exceptions quote.</summary>
internal sealed partial class DltPrivacy(Redactor redactor) : JsonRedaction(redactor, IsPersonal)
{
    public override string? Clean(string? text) => base.Clean(text is null || !text.Contains("ffending data item", StringComparison.Ordinal)
        ? text
        : OffendingItem().Replace(text, "Offending data item: withheld"));

    private static bool IsPersonal(JsonPlace place, string text) =>
        place.Name.EndsWith("displayable_credentials", StringComparison.Ordinal) || place.Name == "exception_attrs" || place.IsUnder("resolved_config_values");

    [GeneratedRegex(@"Offending data item:(?! withheld)[^\r\n]*")]
    private static partial Regex OffendingItem();
}
