using System.Globalization;
using Metrics.Model;

namespace Metrics.Tests.Model;

/// <summary>Values the tests of the vocabulary start from.</summary>
internal static class Some
{
    public static ReportingCalendar Berlin { get; } = ReportingCalendar.Create("Europe/Berlin", 1, []);

    public static ReportingCalendar FiscalYearFrom(int month) => ReportingCalendar.Create("UTC", month, []);

    public static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    public static Period Period(string text, ReportingCalendar? calendar = null) =>
        Metrics.Model.Period.Parse(text, calendar ?? ReportingCalendar.Utc);

    public static Target Target(string threshold, double? stretch = null, string tolerance = "0") => new(
        Tier: null, Team: null, Dataset: null, Threshold.Parse(threshold), (decimal?)stretch, Tolerance.Parse(tolerance),
        ValidFrom: DateTimeOffset.UnixEpoch, Origin: "targets.yaml");
}
