using Metrics.GraphQL.Tests.Http;

namespace Metrics.GraphQL.Tests.Conformance;

public class ClientTests
{
    [Fact]
    public async Task All_audits_of_graphql_over_http_pass()
    {
        var folder = await NodeTools.FolderAsync();
        await using var server = await WebServer.StartAsync();
        var (_, output) = await NodeTools.RunAsync(folder, "node", ["audit.mjs", server.Url]);
        output.ShouldBe("61 of 61\n");
    }

    [Fact]
    public async Task A_client_of_graphql_js_reads_our_introspection()
    {
        var folder = await NodeTools.FolderAsync();
        await using var server = await WebServer.StartAsync();
        const string script = """
            import { getIntrospectionQuery, buildClientSchema, printSchema } from 'graphql';
            const url = process.argv.at(-1);
            const query = getIntrospectionQuery({ specifiedByUrl: true, directiveIsRepeatable: true, schemaDescription: true, inputValueDeprecation: true, oneOf: true, experimentalDirectiveDeprecation: false });
            const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query }) });
            const { data, errors } = await response.json();
            if (errors) console.log(errors); else console.log(printSchema(buildClientSchema(data)));
            """;
        var (_, output) = await NodeTools.RunAsync(folder, "node", ["--input-type=module", "-e", script, server.Url]);
        using var sdl = await server.SendAsync(HttpMethod.Get, "/graphql?sdl");
        Lines(output).ShouldBe(Lines(await sdl.TextAsync()));
    }

    // Introspection does not tell in which order types were defined.
    private static string[] Lines(string sdl) => [.. sdl.Split('\n').Where(l => l.Length > 0).Order(StringComparer.Ordinal)];
}
