namespace Metrics.Model;

/// <summary>Which values of a KPI are better.</summary>
public enum Direction
{
    Higher,
    Lower,
}
