namespace Metrics.Kpis;

/// <summary>A question that cannot be answered as it was put; the message says what can be asked.</summary>
public sealed class KpiException(string message) : Exception(message);
