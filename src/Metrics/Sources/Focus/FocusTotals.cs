using System.Globalization;
using System.Runtime.InteropServices;
using Metrics.Model.Facts;

namespace Metrics.Sources.Focus;

/// <summary>What a delivery adds up to, per currency, and how much of it nothing says whom it is for.</summary>
internal sealed class FocusTotals
{
    private const int ServicesShown = 5;

    private readonly Dictionary<(string Currency, string Service), (decimal Effective, decimal Billed, decimal Unallocated)> sums = [];

    public void Add(Cost cost)
    {
        ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(sums, (cost.Currency!, cost.Service ?? "(no service)"), out _);
        var isAllocated = cost.Dataset is not null || cost.Pipeline is not null || cost.Team is not null;
        sum = (sum.Effective + cost.EffectiveCost!.Value, sum.Billed + cost.BilledCost!.Value,
            sum.Unallocated + (isAllocated ? 0 : cost.EffectiveCost.Value));
    }

    /// <summary>One line per currency.</summary>
    public IEnumerable<string> Remarks() =>
        sums.GroupBy(s => s.Key.Currency).OrderBy(g => g.Key, StringComparer.Ordinal).Select(currency =>
        {
            var effective = currency.Sum(s => s.Value.Effective);
            var unallocated = currency.Sum(s => s.Value.Unallocated);
            var services = currency.Where(s => s.Value.Unallocated != 0)
                .OrderByDescending(s => s.Value.Unallocated).ThenBy(s => s.Key.Service, StringComparer.Ordinal).ToList();
            var shown = string.Join(", ", services.Take(ServicesShown).Select(s => $"{s.Key.Service} {Money(s.Value.Unallocated)}"));
            var more = services.Count > ServicesShown ? $" and {services.Count - ServicesShown} more services" : "";
            return $"{currency.Key}: effective {Money(effective)}, billed {Money(currency.Sum(s => s.Value.Billed))}; " +
                $"for no dataset, pipeline or team {Money(unallocated)}{Share(unallocated, effective)}" +
                (services.Count == 0 ? "" : $": {shown}{more}");
        });

    private static string Share(decimal part, decimal whole) =>
        whole > 0 && part >= 0 && part <= whole ? string.Create(CultureInfo.InvariantCulture, $" ({part / whole:P1})") : "";

    private static string Money(decimal amount) => amount.ToString("N2", CultureInfo.InvariantCulture);
}
