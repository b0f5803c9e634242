namespace Metrics.Server.Demo;

/// <summary>
/// Chance that repeats. Dice are cast for a named thing (one slot of one pipeline, one incident), not drawn from one long
/// sequence: adding a dataset or a day changes nothing about the others.
/// </summary>
internal sealed class Dice
{
    private ulong state;

    private Dice(ulong state) => this.state = state;

    /// <summary>The dice of one thing: the same seed and names always give the same throws.</summary>
    public static Dice Of(int seed, string noun, string name = "", long first = 0, long second = 0)
    {
        unchecked
        {
            var hash = 14695981039346656037UL;
            foreach (var letter in noun) hash = (hash ^ letter) * 1099511628211UL;
            hash = (hash ^ '/') * 1099511628211UL;
            foreach (var letter in name) hash = (hash ^ letter) * 1099511628211UL;
            var dice = new Dice(hash ^ ((ulong)seed * 0x9E3779B97F4A7C15UL));
            dice.state ^= dice.Bits() + (ulong)first;
            dice.state ^= dice.Bits() + (ulong)second;
            return dice;
        }
    }

    /// <summary>SplitMix64, written out so that no runtime's own generator can change the demo's bytes.</summary>
    public ulong Bits()
    {
        unchecked
        {
            state += 0x9E3779B97F4A7C15UL;
            var mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9UL;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBUL;
            return mixed ^ (mixed >> 31);
        }
    }

    /// <summary>From 0 inclusive to 1 exclusive.</summary>
    public double Next() => (Bits() >> 11) * (1.0 / (1UL << 53));

    public double Between(double lowest, double highest) => lowest + (Next() * (highest - lowest));

    /// <summary>Both ends included.</summary>
    public int Between(int lowest, int highest) => lowest + (int)(Next() * (highest - lowest + 1));

    public bool Chance(double probability) => Next() < probability;

    public T Pick<T>(IReadOnlyList<T> items) => items[Between(0, items.Count - 1)];

    /// <summary>The index of one weight, drawn in proportion to it.</summary>
    public int Weighted(params ReadOnlySpan<double> weights)
    {
        var total = 0.0;
        foreach (var weight in weights) total += weight;
        var left = Next() * total;
        for (var i = 0; i < weights.Length; i++)
        {
            left -= weights[i];
            if (left < 0) return i;
        }

        return weights.Length - 1;
    }

    /// <summary>About a median, with a long tail upwards, as durations are: between a quarter and eight times it.</summary>
    public double Skewed(double median)
    {
        var bell = Next() + Next() + Next() + Next() - 2;
        return median * Math.Pow(2, bell < 0 ? bell : bell * 1.5);
    }

    /// <summary>Whole seconds between two numbers of minutes.</summary>
    public TimeSpan Minutes(double lowest, double highest) =>
        TimeSpan.FromSeconds(Math.Floor(Between(lowest * 60, highest * 60)));

    /// <summary>Whole seconds between two numbers of hours.</summary>
    public TimeSpan Hours(double lowest, double highest) => Minutes(lowest * 60, highest * 60);

    /// <summary>A made-up UUID of version 4.</summary>
    public string Uuid()
    {
        var text = Bits().ToString("x16", System.Globalization.CultureInfo.InvariantCulture)
            + Bits().ToString("x16", System.Globalization.CultureInfo.InvariantCulture);
        return $"{text[..8]}-{text[8..12]}-4{text[13..16]}-a{text[17..20]}-{text[20..]}";
    }
}
