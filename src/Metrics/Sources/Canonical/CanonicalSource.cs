using System.Runtime.CompilerServices;
using Metrics.Model.Facts;

namespace Metrics.Sources.Canonical;

/// <summary>
/// Canonical records in files of their own, CSV or JSON Lines, one file per fact: the way in for every system that has no
/// connector.
/// </summary>
public sealed class CanonicalSource : ISource
{
    public string Name => Fact.CanonicalSource;

    public string Description =>
        "CSV and JSON Lines files named after their fact, such as incidents.csv or pipeline_runs.jsonl.gz: folders or files.";

    public IEnumerable<Payload> Fetch(IReadOnlyList<string> paths)
    {
        if (paths.Count == 0) throw new SourceException("No path was given; name a folder of canonical files, or the files.");
        return [.. paths.SelectMany(Under).DistinctBy(p => p.Path)];
    }

    public Stream Redact(Payload payload, Redactor redactor)
    {
        var file = Kind(payload);
        var reader = RecordReader.Of(file.Fact);
        var content = payload.Open();
        if (!reader.HasRedaction) return content;
        var pieces = file.IsCsv
            ? new CsvRecords(reader, redactor, payload.Name).RedactAsync(content, CancellationToken.None)
            : new JsonRecords(reader, redactor, payload.Name).RedactAsync(content, CancellationToken.None);
        return new RewrittenStream(pieces, content);
    }

    public async IAsyncEnumerable<Reading> ReadAsync(
        Payload payload, ReadContext context, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var file = Kind(payload);
        var reader = RecordReader.Of(file.Fact);
        await using var content = payload.Open();
        var readings = file.IsCsv
            ? new CsvRecords(reader, context.Redactor, payload.Name).ReadAsync(content, cancellation)
            : new JsonRecords(reader, context.Redactor, payload.Name).ReadAsync(content, cancellation);
        await foreach (var reading in readings) yield return reading;
        yield return new TimeCovered(file.Fact.Name);
    }

    private static CanonicalFile Kind(Payload payload) => CanonicalFile.Of(payload.Name) switch
    {
        ({ } file, _) => file,
        (_, var fault) => throw new SourceException($"{payload.Name}: {fault}."),
    };

    private static IEnumerable<Payload> Under(string path)
    {
        if (Directory.Exists(path)) return InFolder(path);
        if (!File.Exists(path))
            throw new SourceException($"{path}: there is no such file or folder; check the path, or where the command is run.");
        var payload = Payload.OfFile(path);
        _ = Kind(payload);
        return [payload];
    }

    private static List<Payload> InFolder(string folder)
    {
        var files = Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal)
            .Select(f => Payload.OfFile(f) with { Skipped = CanonicalFile.Of(f).Fault })
            .ToList();
        if (files.All(f => f.Skipped is not null))
        {
            throw new SourceException($"{folder}: holds no canonical file. " +
                string.Join(' ', files.Take(3).Select(f => $"{f.Skipped}.").DefaultIfEmpty("It is empty.")));
        }

        files.AddRange(Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal)
            .Select(d => new Payload(d, 0, () => Stream.Null)
            {
                Path = Path.GetFullPath(d),
                Skipped = "it is a folder inside the folder; name it itself to import it",
            }));
        return files;
    }
}
