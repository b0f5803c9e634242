using System.Text;

namespace Metrics.Scorecards.Printing;

/// <summary>A text as it can be compared after a way through a PDF, which keeps neither spaces nor line ends, and of scripts
/// written from the right or by ideographs not always the order or the form.</summary>
internal sealed class ComparableText
{
    private readonly List<int> places = [];

    public ComparableText(string text)
    {
        Original = text.Normalize(NormalizationForm.FormKC);
        var kept = new StringBuilder(Original.Length);
        for (var i = 0; i < Original.Length; i++)
        {
            if (!Survives(Original[i])) continue;

            kept.Append(Original[i]);
            places.Add(i);
        }

        Text = kept.ToString();
    }

    public string Original { get; }

    /// <summary>The Latin, Greek and Cyrillic letters, digits, punctuation and symbols, without any space.</summary>
    public string Text { get; }

    /// <summary>The original around a place in <see cref="Text"/>, on one line.</summary>
    public string Around(int place, int length)
    {
        if (place >= places.Count) return "";

        var start = places[place];
        var end = Math.Min(Original.Length, start + length);
        return string.Join(' ', Original[start..end].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    private static bool Survives(char letter) =>
        !char.IsWhiteSpace(letter) && !char.IsControl(letter) && letter is < '\u0300' or (>= '\u0370' and < '\u0530')
            or (>= '\u2010' and <= '\u2027') or (>= '\u2030' and < '\u2c00');
}
