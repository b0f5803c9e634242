using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Metrics.Model;

/// <summary>The organisation's choices that numbers depend on.</summary>
public sealed record ReportingSettings
{
    /// <summary>The reporting zone, its business days and the fiscal year.</summary>
    public ReportingCalendar Calendar { get; init; } = ReportingCalendar.Utc;

    /// <summary>ISO 4217 code of the reporting currency.</summary>
    public string Currency { get; init; } = "EUR";

    /// <summary>What other currencies are worth in the reporting currency.</summary>
    public ExchangeRates Rates { get; init; } = ExchangeRates.None;

    /// <summary>The share of people a year who may leave of their own accord: the target of voluntary attrition. A fraction.</summary>
    public decimal AttritionNorm { get; init; } = 0.10m;

    /// <summary>The culture in which numbers are shown.</summary>
    public CultureInfo Culture { get; init; } = CultureInfo.GetCultureInfo("en-GB");

    /// <summary>Sources whose word counts more in the catalogue, the most trusted first.</summary>
    public IReadOnlyList<string> Precedence { get; init; } = ["catalog", "canonical"];

    /// <summary>SHA-256 of what <c>kpi.daily</c> depends on; a change makes every day stale.</summary>
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('|',
        Calendar.Zone.Id, Calendar.FiscalYearStartMonth.ToString(CultureInfo.InvariantCulture), HolidayList, Currency, Rates))));

    /// <summary>The holidays as ISO dates, separated by commas.</summary>
    public string HolidayList => string.Join(',', Calendar.Holidays.Order().Select(d => d.ToString("O", CultureInfo.InvariantCulture)));
}
