namespace Metrics.Kpis;

/// <summary>A question that no KPI can answer, or a KPI whose SELECT failed; the message is for the person who asked.</summary>
public sealed class KpiException(string message, Exception? cause = null) : Exception(message, cause);
