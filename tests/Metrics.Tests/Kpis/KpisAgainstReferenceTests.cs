using System.Globalization;
using System.Text;
using Metrics.Kpis;
using Metrics.Model;
using Metrics.Tests.Kpis.Reference;
using Metrics.Tests.Storage;

namespace Metrics.Tests.Kpis;

/// <summary>
/// Random companies, each imported and evaluated by the product and by the reference. <c>METRICS_COMPANIES=100/50</c> tries
/// fifty companies from seed 100 on.
/// </summary>
public sealed class KpisAgainstReferenceTests
{
    private const double Tolerance = 1e-9;
    private static readonly string[] Zones = ["UTC", "Europe/Berlin", "America/New_York"];

    private static readonly HashSet<DateOnly>[] HolidayLists =
    [
        [], [new DateOnly(2026, 5, 1), new DateOnly(2026, 5, 25), new DateOnly(2026, 6, 6), new DateOnly(2025, 5, 1)],
    ];

    private static readonly int[] FiscalStarts = [1, 4, 2, 10];

    public static TheoryData<int> Seeds
    {
        get
        {
            var asked = Environment.GetEnvironmentVariable("METRICS_COMPANIES")?.Split('/');
            var (first, count) = asked is [var from, var many]
                ? (int.Parse(from, CultureInfo.InvariantCulture), int.Parse(many, CultureInfo.InvariantCulture))
                : (1, 6);
            return [.. Enumerable.Range(first, count)];
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Every_kpi_of_a_random_company_is_what_its_definition_says(int seed)
    {
        var company = RandomCompany.Make(seed);
        var zone = Zones[seed % Zones.Length];
        var holidays = HolidayLists[seed / 3 % HolidayLists.Length];
        var fiscalStart = FiscalStarts[seed % FiscalStarts.Length];
        var imported = Chance.Presents[seed % Chance.Presents.Count];
        var settings = new ReportingSettings
        {
            Calendar = ReportingCalendar.Create(zone, fiscalStart, holidays),
            Rates = ExchangeRates.Parse(string.Join(", ", company.Rates.Select(r => FormattableString.Invariant($"{r.Currency} {r.ValidFrom:yyyy-MM-dd} {r.Rate}")))),
        };
        await using var database = await MetricsDatabase.CreateAsync(imported, settings);
        var outcomes = await database.ImportAsync(company.Files());
        outcomes.SelectMany(o => o.Report!.Rejections).ShouldBeEmpty();
        var reference = new ReferenceEvaluation(company, zone, fiscalStart, holidays, database.Clock.GetUtcNow());
        var differences = new StringBuilder();

        // As it comes, with days kept, and at another moment than the one at which they were kept.
        await CompareAsync(database, reference, Some(seed, 3, fiscalStart), "computed in the read", differences);
        await database.Worker.RefreshAsync(cancellation: TestContext.Current.CancellationToken);
        await CompareAsync(database, reference, Some(seed + 1, 4, fiscalStart), "kept", differences);
        database.Clock = new FixedClock(Chance.Presents[(seed + 1) % Chance.Presents.Count]);
        await CompareAsync(database, reference, Some(seed + 2, 2, fiscalStart), "kept at another time", differences);

        if (differences.Length > 0)
            Assert.Fail($"seed {seed}, {zone}, fiscal year from month {fiscalStart}, imported {imported}\n{differences}");
    }

    private static IEnumerable<ReferencePeriod> Some(int seed, int count, int fiscalStart)
    {
        ReferencePeriod[] periods =
        [
            ReferencePeriod.QuarterOf(new(2026, 5, 13), fiscalStart), ReferencePeriod.Month(2026, 5), ReferencePeriod.Month(2026, 3),
            ReferencePeriod.Week(2026, 20), ReferencePeriod.Day(2026, 3, 29), ReferencePeriod.Day(2026, 5, 13),
            ReferencePeriod.YearOf(new(2026, 5, 13), fiscalStart), ReferencePeriod.Range(new(2026, 3, 20), new(2026, 5, 14)),
            ReferencePeriod.Day(2026, 4, 5),
        ];
        return Enumerable.Range(0, count).Select(i => periods[(seed + i * 2) % periods.Length]);
    }

    private static async Task CompareAsync(
        MetricsDatabase database, ReferenceEvaluation reference, IEnumerable<ReferencePeriod> periods, string how, StringBuilder differences)
    {
        var now = database.Clock.GetUtcNow();
        foreach (var period in periods)
        {
            foreach (var by in Enum.GetValues<By>())
            {
                var parsed = Period.Parse(period.Text, database.Settings.Calendar);
                if (parsed.Bounds(database.Settings.Calendar).Start >= now) continue;
                var dimension = Enum.TryParse<Dimension>(by.ToString(), out var found) ? found : (Dimension?)null;
                var ids = database.Kpis.Definitions
                    .Where(d => d.Grains.Contains(parsed.Grain ?? Grain.Day))
                    .Where(d => dimension is null || d.Dimensions.Contains(dimension.Value)).Select(d => d.Id).ToList();
                if (ids.Count == 0) continue;
                var rows = await database.Evaluator.EvaluateAsync(
                    new KpiRequest(parsed) { Kpis = ids, By = dimension is null ? [] : [dimension.Value] },
                    TestContext.Current.CancellationToken);
                foreach (var id in ids)
                {
                    var actual = rows.Where(r => r.Kpi.Id == id).ToDictionary(r => r.Group.Values.SingleOrDefault() ?? "");
                    var expected = reference.Evaluate(id, period, now, by);
                    foreach (var group in actual.Keys.Union(expected.Keys).Order(StringComparer.Ordinal))
                    {
                        var (mine, theirs) = (expected.GetValueOrDefault(group), actual.GetValueOrDefault(group));
                        if (!Same(mine, theirs))
                            differences.AppendLine(CultureInfo.InvariantCulture, $"{period.Text} at {now:O}, {how}: {id} by {by} \"{group}\": expected {mine}, was {(theirs is null ? null : Shown(theirs))}, suppressed {theirs?.Suppressed}");
                    }
                }
            }
        }
    }

    /// <summary>Of people, what must not be shown is not, what is shown is right, and some may be withheld for another's sake.</summary>
    private static bool Same(ReferenceValue? expected, KpiRow? row)
    {
        if (expected is null || row is null) return false;
        if (row.Kpi.MinGroup == 0) return Same(expected, Shown(row));
        if (row.Suppressed || expected.Small) return row is { Suppressed: true, Value: null, Numerator: null, Denominator: null, N: 0, Excluded: 0 };
        return Same(
            expected with { Previous = row.Previous is null ? null : expected.Previous, YearAgo = row.YearAgo is null ? null : expected.YearAgo }, Shown(row));
    }

    private static ReferenceValue Shown(KpiRow row) => new(row.Value, (double?)row.Numerator, (double?)row.Denominator, (int)row.N)
    {
        Previous = row.Previous,
        YearAgo = row.YearAgo,
    };

    private static bool Same(ReferenceValue? expected, ReferenceValue? actual) =>
        expected is not null && actual is not null && expected.N == actual.N
        && Same(expected.Value, actual.Value) && Same(expected.Numerator, actual.Numerator)
        && Same(expected.Denominator, actual.Denominator)
        && Same(expected.Previous, actual.Previous) && Same(expected.YearAgo, actual.YearAgo);

    private static bool Same(double? expected, double? actual) =>
        expected is null == actual is null
        && (expected is null || Math.Abs(expected.Value - actual!.Value) <= Tolerance * Math.Max(1, Math.Abs(expected.Value)));
}
