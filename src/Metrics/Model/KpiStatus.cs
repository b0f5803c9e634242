using System.Text.Json;
using System.Text.Json.Serialization;

namespace Metrics.Model;

/// <summary>How a value stands to its target or, without one, to the period before. In JSON <c>AT_RISK</c>.</summary>
[JsonConverter(typeof(KpiStatusConverter))]
public enum KpiStatus
{
    /// <summary>At or better than the stretch target.</summary>
    Exceeded,

    /// <summary>At or better than the target.</summary>
    Met,

    /// <summary>Worse than the target, by at most the tolerance.</summary>
    AtRisk,

    /// <summary>Worse than the target by more than the tolerance.</summary>
    Missed,

    /// <summary>Better than the period before by more than the tolerance.</summary>
    Improved,

    /// <summary>Within the tolerance of the period before.</summary>
    Steady,

    /// <summary>Worse than the period before by more than the tolerance.</summary>
    Worsened,

    /// <summary>There is a value and nothing to judge it by.</summary>
    NoTarget,

    /// <summary>Nothing was observed, or the value to compare with is unknown.</summary>
    NoData,

    /// <summary>Fewer observations than the KPI asks for; the value is shown.</summary>
    InsufficientData,

    /// <summary>The KPI does not exist at this grain or with this dimension.</summary>
    NotDefined,
}

/// <summary>JSON carries a status as <c>AT_RISK</c>.</summary>
public sealed class KpiStatusConverter()
    : JsonStringEnumConverter<KpiStatus>(JsonNamingPolicy.SnakeCaseUpper, allowIntegerValues: false);
