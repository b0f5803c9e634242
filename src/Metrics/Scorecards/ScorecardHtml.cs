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
    public static string Stylesheet { get; } = ReadStylesheet();

    /// <summary>A whole document, with its stylesheet and without any reference to another file.</summary>
    public static Task<string> DocumentAsync(Scorecard scorecard, ScorecardStyle? style = null) =>
        RenderAsync<ScorecardPage>(scorecard, style);

    /// <summary>The article alone, to stand on a page that has the <see cref="Stylesheet"/>.</summary>
    public static Task<string> BodyAsync(Scorecard scorecard, ScorecardStyle? style = null) =>
        RenderAsync<ScorecardBody>(scorecard, style);

    private static async Task<string> RenderAsync<TComponent>(Scorecard scorecard, ScorecardStyle? style)
        where TComponent : IComponent
    {
        await using var services = new ServiceCollection().BuildServiceProvider();
        await using var renderer = new HtmlRenderer(services, NullLoggerFactory.Instance);
        return await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var parameters = ParameterView.FromDictionary(new Dictionary<string, object?>
            {
                ["Scorecard"] = scorecard,
                ["Style"] = style ?? new ScorecardStyle(),
            });
            return (await renderer.RenderComponentAsync<TComponent>(parameters)).ToHtmlString();
        });
    }

    private static string ReadStylesheet()
    {
        using var resource = typeof(ScorecardHtml).Assembly.GetManifestResourceStream("Metrics.Scorecards.Document.scorecard.css")
            ?? throw new InvalidOperationException("The stylesheet scorecard.css is not embedded in this assembly. Build it again.");
        using var reader = new StreamReader(resource);
        return reader.ReadToEnd();
    }
}
