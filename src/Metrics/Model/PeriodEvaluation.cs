namespace Metrics.Model;

/// <summary>A period as far as it is over: what its figures are computed from, and what they are compared with.</summary>
public sealed record PeriodEvaluation
{
    private readonly ReportingCalendar calendar;

    internal PeriodEvaluation(Period period, ReportingCalendar calendar, DateTimeOffset until)
    {
        this.calendar = calendar;
        Period = period;
        Bounds = period.Bounds(calendar);
        Evaluated = new Interval(Bounds.Start, until < Bounds.Start ? Bounds.Start : until < Bounds.End ? until : Bounds.End);
    }

    public Period Period { get; }

    /// <summary>The whole period, as instants.</summary>
    public Interval Bounds { get; }

    /// <summary>From the start of the period to its end or to now, whichever is earlier; empty if it has not begun.</summary>
    public Interval Evaluated { get; }

    /// <summary>Whether what is evaluated ends before the period does.</summary>
    public bool Partial => Evaluated.End < Bounds.End;

    /// <summary>Whether any of it is over.</summary>
    public bool Begun => !Evaluated.IsEmpty;

    /// <summary>Evaluated length / whole length × the months of the period. Equals <see cref="Model.Period.Months"/> for a
    /// period that is over, 0 for one that has not begun.</summary>
    public decimal MonthsElapsed => Partial
        ? Period.Months * Evaluated.Duration.Ticks / Bounds.Duration.Ticks
        : Period.Months;

    /// <summary>The period before; while this one is partial, over the same elapsed time from its start.</summary>
    public PeriodEvaluation Previous => Over(Period.Previous);

    /// <summary>The period one year before; while this one is partial, over the same elapsed time from its start.</summary>
    public PeriodEvaluation YearAgo => Over(Period.YearAgo);

    /// <summary>Another period over the same elapsed time as this one, or as much of it as that period is long; the whole of
    /// it if this one is complete.</summary>
    public PeriodEvaluation Over(Period other)
    {
        var whole = other.Bounds(calendar);
        return new PeriodEvaluation(other, calendar, Partial ? whole.Start + Evaluated.Duration : whole.End);
    }
}
