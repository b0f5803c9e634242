using YamlDotNet.RepresentationModel;

namespace Metrics.Server.Hosting;

/// <summary>
/// Exchange rates as <c>metrics.yaml</c> lists them: per currency, from which day on one unit of it is worth how much.
/// </summary>
/// <example><code>
/// Rates:
///   USD:
///     - { valid_from: 2026-01-01, rate: 0.92 }
///     - { valid_from: 2026-07-01, rate: 0.95 }
/// </code></example>
internal static class RatesInYaml
{
    /// <summary>The same as one text: <c>USD 2026-01-01 0.92, USD 2026-07-01 0.95</c>.</summary>
    /// <exception cref="SettingsException">An entry has another form; the message gives file and line.</exception>
    public static string Text(YamlMappingNode rates, string file) =>
        string.Join(", ", rates.Children.SelectMany(currency => Steps(currency.Value, file).Select(step => $"{currency.Key} {step}")));

    private static IEnumerable<string> Steps(YamlNode steps, string file)
    {
        if (steps is not YamlSequenceNode list) throw Wrong(steps, file);
        foreach (var step in list)
        {
            if (step is not YamlMappingNode { Children.Count: 2 } entry
                || !entry.Children.TryGetValue("valid_from", out var day) || !entry.Children.TryGetValue("rate", out var rate))
                throw Wrong(step, file);
            yield return $"{day} {rate}";
        }
    }

    private static SettingsException Wrong(YamlNode node, string file) =>
        new($"{file}:{node.Start.Line}: \"{node}\" is not a list of exchange rates; write - {{ valid_from: 2026-01-01, rate: 0.92 }}.");
}
