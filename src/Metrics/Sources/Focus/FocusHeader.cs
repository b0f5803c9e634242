namespace Metrics.Sources.Focus;

/// <summary>Where the columns stand in a file. Names are compared without case, blanks and underscores.</summary>
internal sealed class FocusHeader
{
    private const FocusColumn LastRequired = FocusColumn.ProviderName;
    private const string Supported = "FOCUS cost and usage 1.0 to 1.2 (and later versions with ServiceProviderName)";

    private static readonly FocusColumn[] Columns = Enum.GetValues<FocusColumn>();

    /// <summary>Exports in a provider's own form, by columns that only they have.</summary>
    private static readonly (string Name, string[] Marks, string Hint)[] Natives =
    [
        ("a Cost and Usage Report of AWS", ["IDENTITYLINEITEMID", "LINEITEMUSAGEACCOUNTID", "BILLPAYERACCOUNTID", "LINEITEMUSAGETYPE"],
            "create a data export of the table \"FOCUS 1.2 with AWS columns\", as gzip CSV, under Billing and Cost Management, Data Exports"),
        ("an actual or amortised cost export of Azure",
            ["METERCATEGORY", "KATEGORIEDERVERBRAUCHSEINHEITMETERCATEGORY", "COSTINBILLINGCURRENCY", "PRETAXCOST", "METERID"],
            "create an export of the type \"Cost and usage details (FOCUS)\" under Cost Management, Exports"),
        ("a cost report of Oracle Cloud", ["LINEITEMREFERENCENO", "COSTMYCOST", "LINEITEMINTERVALUSAGESTART"],
            "take the reports under \"FOCUS Reports\" in Billing and Cost Management, Cost and Usage Reports"),
        ("a billing export of Google Cloud", ["USAGESTARTTIME", "PROJECTID", "SKUDESCRIPTION"],
            "export the FOCUS view of the detailed billing export in BigQuery as CSV"),
    ];

    private readonly int[] indexes = new int[Columns.Length];
    private readonly string[] names;

    /// <exception cref="SourceException">It is not the header of a cost and usage file.</exception>
    public FocusHeader(CsvRows rows, string file)
    {
        if (rows.Fault is { } fault) throw new SourceException($"{file}, line {rows.Line}: the header {fault}.");
        names = [.. Enumerable.Range(0, rows.Fields.Count).Select(i => rows.Fields[i].Trim().ToString())];
        var plain = names.Select(Plain).ToArray();
        foreach (var column in Columns) indexes[(int)column] = Array.IndexOf(plain, Plain(column.ToString()));
        if (!Has(FocusColumn.ProviderName)) indexes[(int)FocusColumn.ProviderName] = Array.IndexOf(plain, "SERVICEPROVIDERNAME");
        var missing = Columns.Where(c => c <= LastRequired && !Has(c)).ToList();
        if (missing.Count > 0) throw new SourceException($"{file}: {Refusal(plain, missing)}");
        var twice = plain.Where((p, i) => indexes.Contains(Array.IndexOf(plain, p)) && Array.IndexOf(plain, p) != i).Distinct().ToList();
        if (twice.Count > 0)
        {
            throw new SourceException($"{file}: {string.Join(", ", names.Where(n => twice.Contains(Plain(n))))} stand for the same column; " +
                "remove all but one.");
        }
    }

    /// <summary>How many fields a row has.</summary>
    public int Count => names.Length;

    /// <summary>The column's name as the file writes it.</summary>
    public string NameOf(FocusColumn column) => names[indexes[(int)column]];

    public bool Has(FocusColumn column) => indexes[(int)column] >= 0;

    /// <summary>What a row says in a column; empty for an empty field, the word NULL, and a column that the file lacks.</summary>
    public ReadOnlySpan<char> Value(CsvFields row, FocusColumn column)
    {
        var index = indexes[(int)column];
        if (index < 0) return [];
        var value = row[index].Trim();
        return value.Equals("NULL", StringComparison.OrdinalIgnoreCase) ? [] : value;
    }

    /// <summary>Whether a row is this header again: another file of the same delivery begins.</summary>
    public bool IsRepeatedBy(CsvFields row)
    {
        if (row.Count != names.Length) return false;
        for (var i = 0; i < names.Length; i++)
            if (!row[i].Trim("\uFEFF \t").SequenceEqual(names[i])) return false;
        return true;
    }

    private static string Refusal(string[] plain, List<FocusColumn> missing)
    {
        var given = plain.ToHashSet();
        if (Array.Find(Natives, n => n.Marks.Any(given.Contains)) is { Name: { } native } found)
            return $"is {native}, not a FOCUS file; {found.Hint}, and import that.";
        if (given.Contains("AMORTIZEDCOST") || (given.Contains("CHARGETYPE") && given.Contains("BILLEDCOST")))
            return $"is of FOCUS 0.5, whose columns have other names and meanings; supported is {Supported}. Have it exported in such a version.";
        var known = Columns.Where(c => c <= LastRequired).Except(missing).ToList();
        return known.Count == 0
            ? $"is no cost and usage file: its header has none of the columns of {Supported}."
            : $"lacks the columns {string.Join(", ", missing)}; of those needed it has {string.Join(", ", known)}. " +
              $"Supported is {Supported}. Have these columns exported too.";
    }

    private static string Plain(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToUpperInvariant();
}
