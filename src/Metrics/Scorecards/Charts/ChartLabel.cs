using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Metrics.Scorecards.Charts;

/// <summary>A text of a chart. Razor keeps the element's name <c>text</c> for itself, so this component writes it.</summary>
public sealed class ChartLabel : ComponentBase
{
    [Parameter, EditorRequired]
    public double X { get; set; }

    /// <summary>The base line.</summary>
    [Parameter, EditorRequired]
    public double Y { get; set; }

    [Parameter, EditorRequired]
    public string Class { get; set; } = "";

    [Parameter, EditorRequired]
    public string Text { get; set; } = "";

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        builder.OpenElement(0, "text");
        builder.AddAttribute(1, "class", Class);
        builder.AddAttribute(2, "x", Svg.Number(X));
        builder.AddAttribute(3, "y", Svg.Number(Y));
        builder.AddContent(4, Text);
        builder.CloseElement();
    }
}
