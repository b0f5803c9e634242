using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Metrics.Scorecards.Document;

/// <summary>A technical name, which may break after its separators when it is longer than its place.</summary>
public sealed class Breakable : ComponentBase
{
    private const string Separators = "._-/:";

    [Parameter, EditorRequired]
    public string Name { get; set; } = "";

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        var start = 0;
        for (var i = 0; i < Name.Length - 1; i++)
        {
            if (!Separators.Contains(Name[i], StringComparison.Ordinal)) continue;

            builder.AddContent(0, Name[start..(i + 1)]);
            builder.AddMarkupContent(1, "<wbr>");
            start = i + 1;
        }

        builder.AddContent(2, Name[start..]);
    }
}
