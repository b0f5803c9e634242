using Metrics.Scorecards.Document;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Metrics.Scorecards;

/// <summary>A scorecard as HTML. The same scorecard and style give the same text, to the byte.</summary>
public static class ScorecardHtml
{
    /// <summary>The rules for paper and screen; all but the page's own apply inside <c>.scorecard</c> only.</summary>
    public static string Stylesheet { get; } = DocumentResource.Read("scorecard.css");

    /// <summary>A whole document, with its stylesheet and without any reference to another file.</summary>
    public static Task<string> DocumentAsync(Scorecard scorecard, ScorecardStyle? style = null) =>
        RenderAsync<ScorecardPage>(Parameters(scorecard, style));

    /// <summary>The article alone, to stand on a page that has the <see cref="Stylesheet"/>.</summary>
    public static Task<string> BodyAsync(Scorecard scorecard, ScorecardStyle? style = null) =>
        RenderAsync<ScorecardBody>(Parameters(scorecard, style));

    internal static async Task<string> RenderAsync<TComponent>(Dictionary<string, object?> parameters)
        where TComponent : IComponent
    {
        await using var services = new ServiceCollection().BuildServiceProvider();
        await using var renderer = new HtmlRenderer(services, NullLoggerFactory.Instance);
        return await renderer.Dispatcher.InvokeAsync(async () =>
            (await renderer.RenderComponentAsync<TComponent>(ParameterView.FromDictionary(parameters))).ToHtmlString());
    }

    private static Dictionary<string, object?> Parameters(Scorecard scorecard, ScorecardStyle? style) =>
        new() { ["Scorecard"] = scorecard, ["Style"] = style ?? new ScorecardStyle() };
}
