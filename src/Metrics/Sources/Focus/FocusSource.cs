using System.Runtime.CompilerServices;
using Metrics.Model.Facts;

namespace Metrics.Sources.Focus;

/// <summary>Cost and usage files in FOCUS, the FinOps Open Cost and Usage Specification, of any provider.</summary>
public sealed class FocusSource : IPushSource
{
    internal const string SourceName = "focus";

    /// <summary>The option that says whether a file is all there is of its months.</summary>
    internal const string Deliveries = "deliveries";

    internal const string Pieces = "pieces";

    /// <summary>The option that says how dates are written.</summary>
    internal const string Dates = "dates";

    internal const string Iso = "iso";
    internal const string MonthFirst = "month_first";

    private static readonly string[] Attributes =
    [
        "provider", "billing_account", "sub_account", "sub_account_name", "service", "service_category", "resource", "resource_name",
        "resource_type", "region", "category", "description", "tag.*",
    ];

    public string Name => SourceName;

    public string Description =>
        "Cost and usage in FOCUS 1.0 to 1.2, as CSV or gzip CSV: the files that AWS, Azure, Google Cloud, Oracle and others export.";

    public SourceSettings Settings { get; } = new()
    {
        Options =
        [
            new(Deliveries, OptionKind.Text,
                "whole: a delivery holds all charges of its billing periods and replaces earlier ones; pieces: every file adds its own, as Oracle's do")
            {
                Default = "whole",
                Words = ["whole", Pieces],
            },
            new(Dates, OptionKind.Text, "how dates are written: iso, as FOCUS demands, or 7/1/26 with the month or the day first, as spreadsheets write them")
            {
                Default = Iso,
                Words = [Iso, MonthFirst, "day_first"],
            },
        ],
        Topics =
        [
            new("dataset", "the dataset that a charge is for; else its tag \"dataset\"", Attributes),
            new("pipeline", "the pipeline that a charge is for; else its tag \"pipeline\"", Attributes),
            new("team", "the team that a charge is for; else its tag \"team\"", Attributes),
        ],
    };

    public IEnumerable<Payload> Fetch(IReadOnlyList<string> paths)
    {
        if (paths.Count == 0) throw new SourceException("No path was given; name a folder of FOCUS files, or the files.");
        return [.. paths.SelectMany(Under).DistinctBy(p => p.Name)];
    }

    public Stream Redact(Payload payload, Redactor redactor) => FocusPrivacy.Rewrite(payload.Open(), redactor);

    public PushedEvent Describe(PushRequest request)
    {
        // Sent without Content-Encoding, a packed file is one still.
        var isPacked = request.Body.Span.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]);
        return new PushedEvent(null, Payload.OfBytes(isPacked ? "costs.csv.gz" : "costs.csv", request.Body));
    }

    public async IAsyncEnumerable<Reading> ReadAsync(
        Payload payload, ReadContext context, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var content = FocusPrivacy.Rewrite(payload.Open(), context.Redactor);
        await foreach (var reading in new FocusReader(payload.Name, context).ReadAsync(content, cancellation)) yield return reading;
    }

    private static IEnumerable<Payload> Under(string path)
    {
        if (Directory.Exists(path)) return InFolder(path);
        if (!File.Exists(path))
            throw new SourceException($"{path}: there is no such file or folder; check the path, or where the command is run.");
        return [Payload.OfFile(path)];
    }

    private static List<Payload> InFolder(string folder)
    {
        var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToLookup(IsCsv);
        if (!files[true].Any())
        {
            throw new SourceException($"{folder}: holds no CSV file. FOCUS exports are read as .csv and .csv.gz; " +
                "where the export writes Parquet, choose CSV.");
        }

        return
        [
            .. files[true].GroupBy(Path.GetDirectoryName).SelectMany(FocusDelivery.Of),
            .. files[false].Select(f => Payload.OfFile(f) with { Skipped = "is no CSV; FOCUS exports are read as .csv and .csv.gz" }),
        ];
    }

    private static bool IsCsv(string file) =>
        file.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) || file.EndsWith(".csv.gz", StringComparison.OrdinalIgnoreCase);
}
