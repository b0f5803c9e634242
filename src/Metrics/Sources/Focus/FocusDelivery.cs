using System.Globalization;
using System.Text.RegularExpressions;

namespace Metrics.Sources.Focus;

/// <summary>
/// The files that an export writes together, as one payload: those of a folder whose names differ by a part number only. Their
/// contents follow each other, each with its header.
/// </summary>
internal static partial class FocusDelivery
{
    /// <summary>A compressed line feed: compressed files may follow each other as they are.</summary>
    private static readonly byte[] PackedLineFeed =
        [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xe3, 0x02, 0, 0x93, 0x06, 0xd7, 0x32, 1, 0, 0, 0];

    /// <summary>The deliveries among the files of a folder, by name.</summary>
    public static IEnumerable<Payload> Of(IEnumerable<string> files) =>
        files.Order(StringComparer.Ordinal).GroupBy(SetName).Select(g => g.ToList()).SelectMany(set =>
            set.Count > 1 && IsNumberedThrough(set) ? [Join(SetName(set[0]), set)] : set.Select(Payload.OfFile));

    /// <summary>The name with its part number as *; a number that ends a date is none.</summary>
    internal static string SetName(string path)
    {
        var (stem, extension) = Split(Path.GetFileName(path));
        return Path.Combine(Path.GetDirectoryName(path) ?? "", (DateAtEnd().IsMatch(stem) ? stem : PartNumber().Replace(stem, "*")) + extension);
    }

    /// <summary>Parts are counted from 0 or 1 without a gap; other numbers tell apart what belongs apart.</summary>
    private static bool IsNumberedThrough(List<string> set)
    {
        var numbers = set.ConvertAll(f => PartNumber().Match(Split(Path.GetFileName(f)).Stem).Value.Split('_'));
        return numbers.TrueForAll(n => n.Length == numbers[0].Length && Array.TrueForAll(n, p => p.Length is > 0 and < 16))
            && Enumerable.Range(0, numbers[0].Length).All(i =>
            {
                var counted = numbers.Select(n => long.Parse(n[i], CultureInfo.InvariantCulture)).Distinct().Order().ToList();
                return counted[0] is 0 or 1 && counted[^1] - counted[0] == counted.Count - 1;
            });
    }

    private static Payload Join(string name, List<string> files)
    {
        var separator = name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? PackedLineFeed : "\n"u8.ToArray();
        return new Payload(name, files.Sum(f => new FileInfo(f).Length), () => new RewrittenStream(PiecesAsync(files, separator), Stream.Null))
        {
            WrittenAt = files.Max(f => new DateTimeOffset(File.GetLastWriteTimeUtc(f))),
        };
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> PiecesAsync(List<string> files, byte[] separator)
    {
        var buffer = new byte[1 << 16];
        foreach (var file in files)
        {
            await using var content = File.OpenRead(file);
            int read;
            while ((read = await content.ReadAsync(buffer)) > 0) yield return buffer.AsMemory(0, read);
            yield return separator;
        }
    }

    private static (string Stem, string Extension) Split(string file)
    {
        var at = file.IndexOf(".csv", StringComparison.OrdinalIgnoreCase);
        return at < 0 ? (file, "") : (file[..at], file[at..]);
    }

    // AWS: name-00001, Azure: part_0_0001, BigQuery: name-000000000000, Spark: part-00000-<id>-c000.
    [GeneratedRegex(@"(?<=\bpart-)\d+(?=-)|(?<=[^0-9])\d+(_\d+)*$", RegexOptions.ExplicitCapture)]
    private static partial Regex PartNumber();

    [GeneratedRegex(@"(?<![0-9])(19|20)\d\d(([-_.](0[1-9]|1[0-2]))([-_.](0[1-9]|[12]\d|3[01]))?|(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])?)$", RegexOptions.ExplicitCapture)]
    private static partial Regex DateAtEnd();
}
