namespace Metrics.Tests.Kpis.Reference;

/// <summary>Seeded choices, with a liking for moments at which things break.</summary>
internal sealed class Chance(int seed)
{
    private static readonly string[] Zones = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"];

    /// <summary>Long after the periods, in the middle of a day of a quarter, and within a minute of its start and end.</summary>
    public static readonly IReadOnlyList<string> Presents =
    [
        "2026-11-21T12:00:00Z", "2026-05-13T09:17:31.25Z", "2026-04-01T04:00:30Z", "2026-06-30T23:59:59Z", "2026-05-13T22:00:00Z",
    ];

    private static readonly DateOnly[] Edges =
    [
        new(2025, 1, 1), new(2025, 3, 30), new(2025, 4, 1), new(2025, 7, 1), new(2025, 10, 26), new(2026, 1, 1), new(2026, 2, 28),
        new(2026, 3, 8), new(2026, 3, 29), new(2026, 4, 1), new(2026, 4, 5), new(2026, 5, 1), new(2026, 5, 11), new(2026, 5, 13),
        new(2026, 5, 14), new(2026, 6, 1), new(2026, 7, 1),
    ];

    private readonly Random random = new(seed);

    public bool OneIn(int n) => random.Next(n) == 0;

    /// <summary>From <paramref name="low"/> to <paramref name="high"/>, both included.</summary>
    public int Between(int low, int high) => random.Next(low, high + 1);

    public T Of<T>(params IReadOnlyList<T> values) => values[random.Next(values.Count)];

    public T? Sometimes<T>(T value) where T : class => OneIn(2) ? value : null;

    public IReadOnlyList<T> Some<T>(IReadOnlyList<T> values, int most) =>
        [.. Enumerable.Range(0, Between(0, most)).Select(_ => Of(values)).Distinct()];

    public void Shuffle<T>(List<T> values)
    {
        for (var i = values.Count - 1; i > 0; i--)
        {
            var other = random.Next(i + 1);
            (values[i], values[other]) = (values[other], values[i]);
        }
    }

    /// <summary>A moment of the quarter in question, of the one before or of the year before; often exactly on an edge.</summary>
    public DateTimeOffset Moment()
    {
        var at = Between(0, 9) switch
        {
            0 or 1 => Edge(),
            2 => Uniform(new DateOnly(2025, 3, 1), 150),
            3 => Uniform(new DateOnly(2026, 1, 1), 90),
            4 => Uniform(new DateOnly(2026, 7, 1), 40),
            _ => Uniform(new DateOnly(2026, 3, 28), 97),
        };
        return at.ToOffset(TimeSpan.FromMinutes(30 * Between(-10, 22)));
    }

    /// <summary>The end of a period that the tests look at.</summary>
    public DateTimeOffset Boundary() => ReferenceCalendar.Instant(
        Of<DateOnly>(new(2026, 4, 1), new(2026, 5, 14), new(2026, 5, 18), new(2026, 6, 1), new(2026, 7, 1)), TimeOnly.MinValue,
        Of("UTC", "Europe/Berlin", "America/New_York"));

    /// <summary>One of the moments at which the tests stand.</summary>
    public DateTimeOffset Present() => DateTimeOffset.Parse(Of(Presents), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Often the same moment, and often a microsecond beside it.</summary>
    public DateTimeOffset Near(DateTimeOffset moment) => moment.AddMicroseconds(Of(0, 0, -1, 1));

    /// <summary>After another moment, at once or up to some days later.</summary>
    public DateTimeOffset After(DateTimeOffset moment, int hours) => OneIn(8)
        ? moment
        : moment.AddMinutes(Between(1, hours * 60)).AddMicroseconds(OneIn(3) ? Between(0, 999_999) : 0);

    public DateOnly Day() => OneIn(4) ? Of(Edges).AddDays(Between(-1, 1)) : DateOnly.FromDateTime(Moment().UtcDateTime);

    private DateTimeOffset Edge()
    {
        var start = ReferenceCalendar.Instant(Of(Edges), TimeOnly.MinValue, Of(Zones));
        return OneIn(3) ? start.AddMicroseconds(Of(-1, 1)) : start.AddHours(OneIn(3) ? Between(-5, 5) : 0);
    }

    private DateTimeOffset Uniform(DateOnly from, int days) =>
        new DateTimeOffset(from.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).AddMinutes(Between(0, days * 24 * 60))
            .AddMicroseconds(OneIn(2) ? Between(0, 59_999_999) : 0);
}
