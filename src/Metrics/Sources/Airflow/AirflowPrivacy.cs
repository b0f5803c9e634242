using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Metrics.Sources.Airflow;

/// <summary>
/// What identifies people in Airflow's answers, and what may hold anything: names of users become keyed hashes, notes and
/// configurations of runs are left out, e-mail addresses are hashed wherever they stand.
/// </summary>
internal static partial class AirflowPrivacy
{
    private static readonly string[] Users = ["triggering_user_name", "unixname"];
    private static readonly string[] Anything = ["conf", "note", "rendered_fields", "executor_config", "trigger", "triggerer_job", "created_dagruns"];

    public static void Clean(JsonNode? node, Redactor redactor)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var name in Anything) members.Remove(name);
                foreach (var (name, value) in members.ToList()) Replace(value, Users.Contains(name), redactor, text => members[name] = text);
                break;
            case JsonArray items:
                for (var i = 0; i < items.Count; i++)
                {
                    var at = i;
                    Replace(items[at], isUser: false, redactor, text => items[at] = text);
                }

                break;
        }
    }

    private static void Replace(JsonNode? value, bool isUser, Redactor redactor, Action<string> set)
    {
        if (value is JsonValue && value.GetValueKind() == System.Text.Json.JsonValueKind.String)
        {
            var text = value.GetValue<string>();
            var clean = isUser ? redactor.Hash(text)! : text.Contains('@') ? Address().Replace(text, m => redactor.Hash(m.Value)!) : text;
            if (clean != text) set(clean);
        }
        else
        {
            Clean(value, redactor);
        }
    }

    [GeneratedRegex(@"[A-Za-z0-9._%+\-]+@[A-Za-z0-9\-]+(\.[A-Za-z0-9\-]+)+", RegexOptions.ExplicitCapture)]
    private static partial Regex Address();
}
