namespace Metrics.Server.Demo;

/// <summary>What every part of the generator works from: the catalogue, the days, the seed of chance.</summary>
internal sealed record Company(Catalogue Catalogue, Timeline Time, int Seed)
{
    public Dice Dice(string noun, string name = "", long first = 0, long second = 0) =>
        Demo.Dice.Of(Seed, noun, name, first, second);

    /// <summary>The dice of a thing on a day or at a moment.</summary>
    public Dice Dice(string noun, string name, DateTimeOffset at, long second = 0) =>
        Demo.Dice.Of(Seed, noun, name, at.UtcTicks, second);

    public double TroubleOn(DateTimeOffset day) => Seasons.TroubleOn(Time, day);

    public double DelayOn(DateTimeOffset day) => Seasons.DelayOn(Time, day);

    public Season SeasonAt(DateTimeOffset at) => Seasons.Of(Time.QuarterOf(at));

    /// <summary>How far the story has come at a moment: 0 at its start, 1 today.</summary>
    public double ProgressAt(DateTimeOffset at) => (at - Time.First) / (Time.Today - Time.First);
}
