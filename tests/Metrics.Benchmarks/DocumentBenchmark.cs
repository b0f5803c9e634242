using System.Diagnostics;
using System.Globalization;
using System.Text;
using Metrics.Benchmarks.Servers;
using Metrics.GraphQL.Language;
using Metrics.GraphQL.Types;
using Metrics.GraphQL.Validation;
using Microsoft.Extensions.DependencyInjection;

namespace Metrics.Benchmarks;

/// <summary>Parsing and validating a document of 40 fields on one thread, without any cache and without HTTP.</summary>
internal static class DocumentBenchmark
{
    private static readonly string Text =
        "query Forty {\n"
        + string.Concat(Enumerable.Range(1, 5).Select(i => $"  rows{i}: rows {{ __typename id name team value count active }}\n"))
        + "}\n";

    public static DocumentResult Ours(double seconds, CancellationToken cancellationToken)
    {
        var services = new ServiceCollection();
        services.AddGraphQLServer().AddTypes(typeof(BenchmarkQueries));
        using var provider = services.BuildServiceProvider();
        var schema = provider.GetRequiredService<Schema>();
        var utf8 = Encoding.UTF8.GetBytes(Text);
        if (DocumentValidator.Validate(schema, Parser.Parse(utf8)) is [var error, ..]) throw new InvalidDataException(error.Message);

        Measure(schema, utf8, 1, cancellationToken);
        var (perSecond, bytes) = Measure(schema, utf8, seconds, cancellationToken);
        return new DocumentResult("Metrics.GraphQL", perSecond, bytes);
    }

    /// <summary>graphql-js, as the peers use it.</summary>
    public static async Task<DocumentResult> GraphQLJsAsync(string folder, double seconds, CancellationToken cancellationToken)
    {
        var argument = seconds.ToString(CultureInfo.InvariantCulture);
        var (code, output, error) = await PeerFolder.RunAsync(
            "node", ["document.mjs", argument], folder, Text, TimeSpan.FromSeconds(seconds + 30), cancellationToken);
        return code == 0
            ? new DocumentResult("graphql-js", double.Parse(output, CultureInfo.InvariantCulture), null)
            : throw new InvalidDataException(error);
    }

    private static (double PerSecond, double Bytes) Measure(Schema schema, byte[] utf8, double seconds, CancellationToken cancellationToken)
    {
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var start = Stopwatch.GetTimestamp();
        var operations = 0;
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds)
        {
            cancellationToken.ThrowIfCancellationRequested();
            DocumentValidator.Validate(schema, Parser.Parse(utf8));
            operations++;
        }
        return (operations / Stopwatch.GetElapsedTime(start).TotalSeconds, (double)(GC.GetAllocatedBytesForCurrentThread() - allocated) / operations);
    }
}

/// <param name="BytesPerOperation">Null where it is not known.</param>
internal sealed record DocumentResult(string Name, double PerSecond, double? BytesPerOperation);
