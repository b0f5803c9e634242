using System.Net;
using System.Text;
using Metrics.GraphQL.Execution;
using Metrics.GraphQL.Language;

namespace Metrics.GraphQL.Http;

/// <summary>What a browser sees: the trusted documents with forms to run them, a form for any query, and the schema. No script.</summary>
internal static class ExplorerPage
{
    public static byte[] Render(RequestExecutor executor)
    {
        var html = new StringBuilder("""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <title>GraphQL</title>
            <style>
            body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #1b1b1b; background: #fff }
            textarea, input, pre { font: 14px/1.4 ui-monospace, monospace }
            textarea { width: 100%; box-sizing: border-box }
            pre { overflow-x: auto; background: #f4f4f4; padding: 1rem }
            label { display: block }
            </style>
            </head>
            <body>
            <h1>GraphQL</h1>
            """);
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
            if (operation.Description is not null) html.Append("<p>").Append(Encode(operation.Description.Value)).Append("</p>\n");
            html.Append("<form method=\"get\" action=\"graphql/persisted/").Append(Uri.EscapeDataString(document.Name)).Append("\">\n");
            foreach (var variable in operation.Variables) AppendInput(html, variable);
            html.Append("<button>JSON</button> <button name=\"format\" value=\"csv\">CSV</button>\n</form>\n<details><summary>Text</summary><pre>")
                .Append(Encode(document.Text)).Append("</pre></details></section>\n");
        }
        if (executor.Options.Introspection)
            html.Append("<h2>Schema</h2>\n<pre>").Append(Encode(executor.Schema.ToSdl())).Append("</pre>\n");
        return Encoding.UTF8.GetBytes(html.Append("</body>\n</html>\n").ToString());
    }

    private static void AppendInput(StringBuilder html, VariableDefinitionNode variable)
    {
        var name = Encode(variable.Variable.Name.Value);
        html.Append("<label>").Append(name).Append(" (").Append(Encode(variable.Type.ToString())).Append(") <input name=\"").Append(name).Append('"');
        if (variable is { Type: NonNullTypeNode, DefaultValue: null }) html.Append(" required");
        html.Append("></label>\n");
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
