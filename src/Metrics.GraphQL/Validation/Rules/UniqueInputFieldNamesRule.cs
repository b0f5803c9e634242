using Metrics.GraphQL.Language;

namespace Metrics.GraphQL.Validation.Rules;

/// <summary>No field of an input object is given twice.</summary>
/// <remarks>Spec §5.6.3 "Input Object Field Uniqueness".</remarks>
internal sealed class UniqueInputFieldNamesRule(ValidationContext context) : ValidationRule(context)
{
    public override void EnterObject(ObjectValueNode node)
    {
        if (node.Fields.Count < 2) return;
        var seen = new Dictionary<string, NameNode>();
        foreach (var field in node.Fields)
        {
            if (!seen.TryAdd(field.Name.Value, field.Name))
                Context.Report($"There can be only one input field named \"{field.Name.Value}\".", seen[field.Name.Value], field.Name);
        }
    }
}
