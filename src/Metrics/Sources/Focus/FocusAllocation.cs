namespace Metrics.Sources.Focus;

/// <summary>
/// Whom a charge is for: by the first mapping rule that matches, else by tags that bear the names of what they say. What neither
/// says stays unallocated.
/// </summary>
internal sealed class FocusAllocation(Mapping mapping)
{
    private static readonly string[] Topics = ["dataset", "pipeline", "team"];

    private readonly bool hasRules = Topics.Any(t => mapping.Topics.GetValueOrDefault(t) is { Count: > 0 });
    private (string Text, IReadOnlyList<KeyValuePair<string, string>> Tags) last = ("", []);

    /// <summary>Dataset, pipeline and team of a row; null where nothing says them.</summary>
    public (string? Dataset, string? Pipeline, string? Team) Of(FocusHeader header, CsvFields row)
    {
        var tags = Tags(header.Value(row, FocusColumn.Tags));
        if (!hasRules && tags.Count == 0) return default;
        var attributes = hasRules ? Attributes(header, row, tags) : [];
        return (Answer("dataset"), Answer("pipeline"), Answer("team"));

        string? Answer(string topic) => mapping.Match(topic, attributes, out var value) ? value
            : tags.FirstOrDefault(t => t.Key.Equals(topic, StringComparison.OrdinalIgnoreCase)).Value is { Length: > 0 } tag ? tag
            : null;
    }

    private static RawAttributes Attributes(FocusHeader header, CsvFields row, IReadOnlyList<KeyValuePair<string, string>> tags)
    {
        var attributes = new RawAttributes
        {
            { "provider", Text(FocusColumn.ProviderName) },
            { "billing_account", Text(FocusColumn.BillingAccountId) },
            { "sub_account", Text(FocusColumn.SubAccountId) },
            { "sub_account_name", Text(FocusColumn.SubAccountName) },
            { "service", Text(FocusColumn.ServiceName) },
            { "service_category", Text(FocusColumn.ServiceCategory) },
            { "resource", Text(FocusColumn.ResourceId) },
            { "resource_name", Text(FocusColumn.ResourceName) },
            { "resource_type", Text(FocusColumn.ResourceType) },
            { "region", Text(FocusColumn.RegionId) },
            { "category", Text(FocusColumn.ChargeCategory) },
            { "description", Text(FocusColumn.ChargeDescription) },
        };
        foreach (var (key, value) in tags) attributes.Add($"tag.{key}", value);
        return attributes;

        string Text(FocusColumn column) => header.Value(row, column).ToString();
    }

    /// <summary>Neighbouring rows often have the same tags. What cannot be read are no tags: the money counts, unallocated.</summary>
    private IReadOnlyList<KeyValuePair<string, string>> Tags(ReadOnlySpan<char> text)
    {
        if (!text.SequenceEqual(last.Text)) last = (text.ToString(), FocusTags.Read(text.ToString()) ?? []);
        return last.Tags;
    }
}
