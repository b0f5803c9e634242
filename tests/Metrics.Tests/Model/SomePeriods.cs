using FsCheck;
using FsCheck.Fluent;
using Metrics.Model;

namespace Metrics.Tests.Model;

/// <summary>Periods of every kind, in calendars with any fiscal year.</summary>
internal static class SomePeriods
{
    public static Arbitrary<(Period Period, ReportingCalendar Calendar)> Any =>
        (from startMonth in Gen.Choose(1, 12)
         from kind in Gen.Choose(0, 5)
         from start in Gen.Choose(0, 365 * 40)
         from length in Gen.Choose(1, 800)
         let calendar = Some.FiscalYearFrom(startMonth)
         let day = Some.Day("2000-01-01").AddDays(start)
         select (
             kind == 5 ? Period.Between(day, day.AddDays(length), calendar) : Period.Containing(day, (Grain)kind, calendar),
             calendar)).ToArbitrary();
}
