namespace Metrics.Kpis.Definitions;

/// <summary>Something wrong in a KPI file.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Line">1 is the first.</param>
/// <param name="Message">What was given, what is allowed.</param>
public sealed record KpiFault(string File, int Line, string Message)
{
    public override string ToString() => $"{File}:{Line}: {Message}";
}

/// <summary>The KPI files cannot be used; all faults of all files at once.</summary>
public sealed class KpiFilesException(IReadOnlyList<KpiFault> faults)
    : Exception(string.Join(Environment.NewLine, faults))
{
    public IReadOnlyList<KpiFault> Faults { get; } = faults;
}
