using System.Net;
using System.Text;
using Metrics.GraphQL.Execution;
using Metrics.GraphQL.Language;
using Microsoft.AspNetCore.Http;

namespace Metrics.GraphQL.Http;

/// <summary>
/// What a browser sees: the trusted documents with forms to run them, a form for any query, and the schema. Where the build had
/// GraphiQL and the browser runs scripts, GraphiQL is shown in its place.
/// </summary>
internal sealed class ExplorerPage(RequestExecutor executor, string path, ExplorerFiles? files)
{
    private const string PlainPolicy = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'";
    private const string ExplorerPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; img-src 'self' data:; font-src 'self' data:; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'self'";

    // Links are relative, since a proxy may show the service below a path of its own.
    private readonly Lazy<byte[]> page = new(() => Render(executor, path[(path.LastIndexOf('/') + 1)..] + "/", files));
    private readonly Lazy<byte[]> pageWithSlash = new(() => Render(executor, "", files));

    public Task SendAsync(HttpContext context)
    {
        // Hosts set a policy for all that they serve; this page has its own.
        context.Response.Headers.ContentSecurityPolicy = files is null ? PlainPolicy : ExplorerPolicy;
        var html = context.Request.Path.Value is { } asked && asked.EndsWith('/') ? pageWithSlash : page;
        return HttpResponseSender.SendAsync(context, StatusCodes.Status200OK, MediaTypes.Html, html.Value);
    }

    private static byte[] Render(RequestExecutor executor, string below, ExplorerFiles? files)
    {
        below = Encode(below);
        var html = new StringBuilder("""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <title>GraphQL</title>
            <style id="plain-style">
            body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #1b1b1b; background: #fff }
            textarea, input, pre { font: 14px/1.4 ui-monospace, monospace }
            textarea { width: 100%; box-sizing: border-box }
            pre { overflow-x: auto; background: #f4f4f4; padding: 1rem }
            label { display: block }
            </style>

            """);
        if (files is not null) AppendExplorer(html, below, files, executor.Options.Introspection);
        else html.Append("</head>\n<body>\n");
        html.Append("<div id=\"plain\">\n<h1>GraphQL</h1>");
        if (!executor.Options.OnlyTrustedDocuments)
        {
            html.Append("""

                <form method="get">
                <label for="query">Query</label>
                <textarea id="query" name="query" rows="8" required>{ __typename }</textarea>
                <label for="variables">Variables (JSON)</label>
                <textarea id="variables" name="variables" rows="2"></textarea>
                <button>Run</button>
                </form>
                """);
        }
        html.Append("\n<h2>Named documents</h2>\n");
        if (executor.TrustedDocuments.Documents.Count == 0) html.Append("<p>This server has none.</p>\n");
        foreach (var document in executor.TrustedDocuments.Documents)
        {
            var operation = document.Syntax.Operations.First();
            html.Append("<section><h3>").Append(Encode(document.Name)).Append("</h3>\n");
            if (document.Description is { } description) html.Append("<p>").Append(Encode(description)).Append("</p>\n");
            html.Append("<form method=\"get\" action=\"").Append(below).Append("persisted/").Append(Uri.EscapeDataString(document.Name)).Append("\">\n");
            foreach (var variable in operation.Variables) AppendInput(html, variable);
            html.Append("<button>JSON</button> <button name=\"format\" value=\"csv\">CSV</button>\n</form>\n<details><summary>Text</summary><pre>")
                .Append(Encode(document.Text)).Append("</pre></details></section>\n");
        }
        if (executor.Options.Introspection)
            html.Append("<h2>Schema</h2>\n<pre>").Append(Encode(executor.Schema.ToSdl())).Append("</pre>\n");
        return Encoding.UTF8.GetBytes(html.Append("</div>\n</body>\n</html>\n").ToString());
    }

    private static void AppendExplorer(StringBuilder html, string below, ExplorerFiles files, bool introspection) => html
        // Where scripts run, what is shown without them waits until they had their time, and does not flash up before them.
        .Append("<style>\n@media (scripting: enabled) { #plain { animation: late 2s step-end } }\n@keyframes late { from { visibility: hidden } }\n</style>\n")
        .Append("<link rel=\"stylesheet\" href=\"").Append(below).Append(files.Style.VersionedName).Append("\">\n")
        .Append("<script defer src=\"").Append(below).Append(files.Script.VersionedName).Append("\"></script>\n</head>\n<body>\n")
        .Append("<div id=\"explorer\" data-introspection=\"").Append(introspection ? "true" : "false").Append("\" hidden></div>\n");

    private static void AppendInput(StringBuilder html, VariableDefinitionNode variable)
    {
        var name = Encode(variable.Variable.Name.Value);
        html.Append("<label>").Append(name).Append(" (").Append(Encode(variable.Type.ToString())).Append(") <input name=\"").Append(name).Append('"');
        if (variable is { Type: NonNullTypeNode, DefaultValue: null }) html.Append(" required");
        html.Append("></label>\n");
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
