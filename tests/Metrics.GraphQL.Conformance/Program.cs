using System.Text;
using System.Text.Json;
using Metrics.GraphQL.Conformance;

// One case per line in, one answer per line out, in the same order; the protocol is described in README.md.
using var input = new StreamReader(Console.OpenStandardInput(), new UTF8Encoding(false));
await using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false));
var runner = new CaseRunner();
while (await input.ReadLineAsync() is { } line)
{
    if (string.IsNullOrWhiteSpace(line)) continue;
    using var document = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = 500 });
    await output.WriteLineAsync(await runner.RunAsync(document.RootElement));
}
return 0;
