using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Metrics.Scorecards.Delivery;

/// <summary>A file of recipients has faults; the message lists them all, each with its line.</summary>
public sealed class RecipientFileException(IReadOnlyList<string> faults) : Exception(string.Join(Environment.NewLine, faults));

/// <summary>Who gets which scorecards, as an organisation keeps it under version control.</summary>
public sealed class RecipientFile
{
    private const string Example = "{ to: [ada@example.com], cc: [...], bcc: [...] }";

    private readonly List<(long Line, string Text)> faults = [];
    private readonly List<Recipient> recipients = [];

    private RecipientFile()
    {
    }

    /// <exception cref="RecipientFileException">It is faulty.</exception>
    public static IReadOnlyList<Recipient> Read(string path, string text)
    {
        var file = new RecipientFile();
        file.Read(text);
        return file.faults.Count == 0
            ? file.recipients
            : throw new RecipientFileException([.. file.faults.OrderBy(f => f.Line).Select(f => $"{path}:{f.Line}: {f.Text}.")]);
    }

    private void Read(string text)
    {
        var yaml = new YamlStream();
        try
        {
            yaml.Load(new StringReader(text));
        }
        catch (YamlException broken)
        {
            faults.Add((broken.Start.Line, $"not valid YAML: {broken.Message.TrimEnd('.')}"));
            return;
        }

        if (yaml.Documents.Count == 0) return;
        foreach (var (key, value) in Entries(yaml.Documents[0].RootNode, "the file", "\"platform\", \"domains\" and \"teams\""))
        {
            switch (key.ToString())
            {
                case "platform": ReadScope(ScorecardScope.Platform, value); break;
                case "domains": foreach (var (name, parts) in Entries(value, "domains", "domains by their names")) ReadScope(ScorecardScope.Domain(name.ToString()), parts); break;
                case "teams": foreach (var (name, parts) in Entries(value, "teams", "teams by their names")) ReadScope(ScorecardScope.Team(name.ToString()), parts); break;
                default: Fault(key, $"\"{key}\" is not a scope; allowed are platform, domains, teams"); break;
            }
        }
    }

    private void ReadScope(ScorecardScope scope, YamlNode node)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, list) in Entries(node, scope.ToString(), $"lists of addresses, such as {Example}"))
        {
            MailPart? part = key.ToString() switch { "to" => MailPart.To, "cc" => MailPart.Cc, "bcc" => MailPart.Bcc, _ => null };
            if (part is null) Fault(key, $"\"{key}\" is not a part of a letter's head; allowed are to, cc, bcc");
            else if (list is not YamlSequenceNode addresses) Fault(list, $"{key} must be a list, such as [ada@example.com]");
            else foreach (var address in addresses) ReadAddress(scope, part.Value, address, seen);
        }
    }

    private void ReadAddress(ScorecardScope scope, MailPart part, YamlNode node, HashSet<string> seen)
    {
        try
        {
            var recipient = Recipient.Parse(scope, node.ToString(), part);
            if (seen.Add(recipient.Address)) recipients.Add(recipient);
            else Fault(node, $"{recipient.Address} is named twice for {scope}; keep one");
        }
        catch (FormatException wrong)
        {
            Fault(node, wrong.Message.TrimEnd('.'));
        }
    }

    private IEnumerable<KeyValuePair<YamlNode, YamlNode>> Entries(YamlNode node, string what, string allowed)
    {
        if (node is YamlMappingNode mapping) return mapping.Children;
        Fault(node, $"{what} must hold {allowed}");
        return [];
    }

    private void Fault(YamlNode node, string text) => faults.Add((node.Start.Line, text));
}
