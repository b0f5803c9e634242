using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Metrics.Kpis;
using Metrics.Model;
using Metrics.Model.Facts;

namespace Metrics.Scorecards.Editions;

/// <summary>What of an evaluated row has no column of its own.</summary>
internal sealed record FigureJson
{
    public bool Partial { get; init; }
    public long Excluded { get; init; }
    public long Waived { get; init; }
    public double? Previous { get; init; }
    public double? YearAgo { get; init; }
    public TargetJson? Target { get; init; }
    public double? Unattributed { get; init; }
    public string? Reason { get; init; }
    public bool Stale { get; init; }
    public bool Suppressed { get; init; }
    public DateTimeOffset AsOf { get; init; }

    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter() },
    };

    private static readonly Dictionary<string, Dimension> Dimensions =
        Enum.GetValues<Dimension>().ToDictionary(d => FactSchema.SnakeCase(d.ToString()));

    public static FigureJson Of(KpiRow row) => new()
    {
        Partial = row.Partial,
        Excluded = row.Excluded,
        Waived = row.Waived,
        Previous = row.Previous,
        YearAgo = row.YearAgo,
        Target = row.Target is { } target ? TargetJson.Of(target) : null,
        Unattributed = row.Unattributed,
        Reason = row.Reason,
        Stale = row.Stale,
        Suppressed = row.Suppressed,
        AsOf = row.AsOf,
    };

    /// <summary>A group as <c>{"tier": "0"}</c>; null stands for Unassigned.</summary>
    public static string Write(IReadOnlyDictionary<Dimension, string?> group) =>
        JsonSerializer.Serialize(group.ToDictionary(g => FactSchema.SnakeCase(g.Key.ToString()), g => g.Value));

    public static IReadOnlyDictionary<Dimension, string?> ReadGroup(string json) =>
        JsonSerializer.Deserialize<Dictionary<string, string?>>(json)!.ToDictionary(g => Dimensions[g.Key], g => g.Value);
}

/// <summary>A target as it is kept.</summary>
internal sealed record TargetJson(
    int? Tier, string? Team, string? Dataset, string Threshold, decimal? Stretch, string Tolerance, DateTimeOffset ValidFrom, string Origin,
    bool IsDefault)
{
    public static TargetJson Of(Target target) => new(
        target.Tier, target.Team, target.Dataset, target.Value.ToString(), target.Stretch, target.Tolerance.ToString(), target.ValidFrom,
        target.Origin, target.IsDefault);

    public Target ToTarget() => new(
        Tier, Team, Dataset, Model.Threshold.Parse(Threshold), Stretch, Model.Tolerance.Parse(Tolerance), ValidFrom, Origin)
    { IsDefault = IsDefault };
}

/// <summary>The settings that values depend on, as they are kept.</summary>
/// <param name="Rates">As <see cref="ExchangeRates.Parse"/> reads them; null in editions that did not keep them.</param>
internal sealed record SettingsJson(string Zone, int FiscalYearStartMonth, IReadOnlyList<DateOnly> Holidays, string Currency, string? Rates = null)
{
    public static SettingsJson Of(ReportingSettings settings) => new(
        settings.Calendar.Zone.Id, settings.Calendar.FiscalYearStartMonth, [.. settings.Calendar.Holidays.Order()], settings.Currency,
        settings.Rates.ToString());

    /// <summary>These in the place of those of today.</summary>
    public ReportingSettings In(ReportingSettings today) => today with
    {
        Calendar = ReportingCalendar.Create(Zone, FiscalYearStartMonth, Holidays),
        Currency = Currency,
        Rates = Rates is null ? today.Rates : ExchangeRates.Parse(Rates),
    };
}

/// <summary>How a document was printed, as it is kept.</summary>
internal sealed record StyleJson(string Culture, Paper Paper, string? Currency)
{
    public static StyleJson Of(ScorecardStyle style) => new(style.Culture.Name, style.Paper, style.Currency);

    public ScorecardStyle ToStyle() => new() { Culture = CultureInfo.GetCultureInfo(Culture), Paper = Paper, Currency = Currency };
}
