using System.IO.Compression;
using System.Text;

namespace Metrics.Tests.Sources.Focus;

/// <summary>Small FOCUS files for tests.</summary>
internal static class FocusFiles
{
    /// <summary>The columns that a file must have, and some that it may have.</summary>
    public const string Header =
        "BilledCost,BillingAccountId,BillingCurrency,BillingPeriodEnd,BillingPeriodStart,ChargeCategory,ChargeClass,ChargeDescription," +
        "ChargePeriodEnd,ChargePeriodStart,EffectiveCost,ProviderName,ResourceId,ServiceName,SubAccountId,Tags";

    /// <summary>A charge of one day in July 2026.</summary>
    public static string Row(
        string effective, string day = "2026-07-01", string service = "Storage", string resource = "", string? billed = null, string account = "1001",
        string provider = "AWS", string period = "2026-07-01", string category = "Usage", string classOf = "", string currency = "EUR",
        string subAccount = "", string tags = "")
    {
        var start = DateOnly.ParseExact(day, "yyyy-MM-dd");
        var month = DateOnly.ParseExact(period, "yyyy-MM-dd");
        return string.Join(',', billed ?? effective, account, currency, Moment(month.AddMonths(1)), Moment(month), category, classOf, "",
            Moment(start.AddDays(1)), Moment(start), effective, provider, resource, service, subAccount,
            tags.Length == 0 ? "" : $"\"{tags.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
    }

    public static string File(params string[] rows) => string.Join('\n', rows.Prepend(Header)) + "\n";

    public static byte[] Packed(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }

    private static string Moment(DateOnly day) => $"{day:yyyy-MM-dd}T00:00:00Z";
}
