namespace Metrics.Model;

/// <summary>What a KPI file says: the one definition of a metric.</summary>
public sealed record KpiDefinition
{
    /// <summary>Lower-case words joined by underscores; also the file's name.</summary>
    public required string Id { get; init; }

    public required string Name { get; init; }
    public required KpiCategory Category { get; init; }
    public required string Owner { get; init; }
    public required KpiKind Kind { get; init; }

    /// <summary>ratio, hours, days, business_days, per_month, score, money_per_unit or count. Ratios are fractions.</summary>
    public required string Unit { get; init; }

    public required Direction Better { get; init; }

    /// <summary>What is judged against the target: the value, or its change from a year ago.</summary>
    public JudgedOn JudgedOn { get; init; } = JudgedOn.Value;

    /// <summary>Fewer observations than this are shown with their value and judged INSUFFICIENT_DATA.</summary>
    public int MinSample { get; init; } = 1;

    /// <summary>Groups with fewer people behind them are suppressed, and with them what would reveal them; 0 for none.</summary>
    public int MinGroup { get; init; }

    /// <summary>False for a census, such as a share of time or money: it has no confidence interval.</summary>
    public bool IsSample { get; init; } = true;

    /// <summary>The value of a dimension that is meant where a request neither names nor breaks down by it.</summary>
    public IReadOnlyDictionary<Dimension, string> Defaults { get; init; } = new Dictionary<Dimension, string>();

    /// <summary>How much worse than its target a value may be and still be AT_RISK; for trends, what counts as steady.</summary>
    public Tolerance Tolerance { get; init; } = Tolerance.None;

    /// <summary>The facts it reads, by singular name.</summary>
    public required IReadOnlyList<string> Reads { get; init; }

    /// <summary>A record at t touches the observations from t to t + this.</summary>
    public TimeSpan Lookback { get; init; }

    /// <summary>The grains at which it is defined.</summary>
    public required IReadOnlyList<Grain> Grains { get; init; }

    /// <summary>What it can be broken down by.</summary>
    public required IReadOnlyList<Dimension> Dimensions { get; init; }

    /// <summary>
    /// The tiers it is about; empty for all. A record whose most critical dataset is of another tier, or that has none, is left out.
    /// </summary>
    public IReadOnlyList<int> Tiers { get; init; } = [];

    /// <summary>KPIs that are shown beside it.</summary>
    public IReadOnlyList<string> Companions { get; init; } = [];

    /// <summary>True for a figure that is shown beside another KPI: no target, not counted in headlines.</summary>
    public bool Companion { get; init; }

    /// <summary>The KPI whose targets it counts the datasets of, instead of having a SELECT of its own; null for most.</summary>
    public string? TargetsMetOf { get; init; }

    /// <summary>The targets that the file brings and, once the organisation's own are known, those too: they come first.</summary>
    public IReadOnlyList<Target> Targets { get; init; } = [];

    /// <summary>What it measures and why it matters, in a manager's words.</summary>
    public required string Description { get; init; }

    /// <summary>The definition in words, complete.</summary>
    public required string Formula { get; init; }

    /// <summary>The SELECT that yields the observations; empty where <see cref="TargetsMetOf"/> says what is observed.</summary>
    public required string Sql { get; init; }

    /// <summary>Where it stands.</summary>
    public required string File { get; init; }

    /// <summary>The whole file.</summary>
    public string Text { get; init; } = "";

    /// <summary>SHA-256 of the file: the version of the definition.</summary>
    public required string Hash { get; init; }

    /// <summary>True where a target is set per tier: then the total has none, and the KPI's own status is its worst tier's.</summary>
    public bool IsJudgedPerTier => Targets.Any(t => t.Tier is not null);

    /// <summary>True for a state that counts things: its value is the sum of its numerators.</summary>
    public bool IsCount => Kind == KpiKind.State && Unit == Units.Count;

    /// <summary>True for a count or sum, which is 0 where nothing was recorded and its facts are covered.</summary>
    public bool CountsNothingAsZero => Kind is KpiKind.Rate or KpiKind.Sum || IsCount;

    /// <summary>
    /// False where it is defined by longer buckets only. Its records then belong to a bucket and to none of its days, so it is
    /// computed anew over the whole bucket whenever it is read. False too where it is made of another KPI's sums.
    /// </summary>
    public bool IsKeptByDay => TargetsMetOf is null && Grains.Contains(Grain.Day);
}

public enum KpiCategory { Reliability, Quality, Delivery, Cost, Governance, People }

/// <summary>How observations become a value.</summary>
public enum KpiKind { Ratio, State, Median, P90, Mean, Rate, Sum, UnitCost }

public enum JudgedOn { Value, ChangeFromYearAgo }

/// <summary>What a value can be broken down by, as it was at the moment of attribution.</summary>
public enum Dimension
{
    Tier,
    Team,
    Domain,
    Dataset,
    DataProduct,
    Pipeline,
    Severity,
    Service,
    Unit,
    Measure,
    StakeholderGroup,
}
