namespace Metrics.Model;

/// <summary>How the values of one unit are printed.</summary>
/// <param name="Scale">Printed number / value: 100 for ratios, which are printed as percentages.</param>
/// <param name="UsualDecimals">As many as are printed unless more are needed.</param>
/// <param name="Symbol">Behind a value.</param>
/// <param name="ChangeSymbol">Behind a difference of two values.</param>
internal sealed record UnitForm(decimal Scale, int UsualDecimals, string Symbol, string ChangeSymbol)
{
    private static readonly UnitForm Ratio = new(100, 1, " %", " pp");
    private static readonly UnitForm Hours = Plain(1, " h");
    private static readonly UnitForm Days = Plain(1, " d");
    private static readonly UnitForm BusinessDays = Plain(1, " bd");
    private static readonly UnitForm PerMonth = Plain(1, " / month");
    private static readonly UnitForm Score = Plain(1, "");
    private static readonly UnitForm Count = Plain(0, "");
    private static readonly UnitForm Money = Plain(2, "");

    /// <exception cref="ArgumentException">No KPI is measured in that unit.</exception>
    public static UnitForm Of(string unit) => unit switch
    {
        Units.Ratio => Ratio,
        Units.Hours => Hours,
        Units.Days => Days,
        Units.BusinessDays => BusinessDays,
        Units.PerMonth => PerMonth,
        Units.Score => Score,
        Units.Count => Count,
        Units.MoneyPerUnit => Money,
        _ => throw new ArgumentException($"'{unit}' is not a unit. Allowed: {string.Join(", ", Units.All)}.", nameof(unit)),
    };

    /// <summary>Decimals for a number as printed. Money for a single query can be a fraction of a cent, so it keeps two
    /// significant digits.</summary>
    public int Decimals(decimal printed)
    {
        var decimals = UsualDecimals;
        if (this != Money || printed == 0) return decimals;

        var limit = 0.1m;
        while (Math.Abs(printed) < limit && decimals < Exact.Digits)
        {
            limit /= 10;
            decimals++;
        }

        return decimals;
    }

    public string Suffix(string? currency) => Behind(Symbol, currency);

    public string ChangeSuffix(string? currency) => Behind(ChangeSymbol, currency);

    private string Behind(string symbol, string? currency) =>
        this == Money && currency is not null ? $" {currency}" : symbol;

    private static UnitForm Plain(int decimals, string symbol) => new(1, decimals, symbol, symbol);
}
