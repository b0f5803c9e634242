using System.Collections.Concurrent;
using System.Collections.Frozen;

namespace Metrics.Model.Facts;

/// <summary>The written form of the vocabularies: <c>data_platform</c>, <c>not_null</c>, <c>MON</c>.</summary>
public static class FactWords
{
    private static readonly ConcurrentDictionary<Type, Vocabulary> Known = new();

    /// <summary>Every word of a vocabulary, in order.</summary>
    public static IReadOnlyList<string> Of(Type vocabulary) => For(vocabulary).Words;

    /// <summary>The written form of one member.</summary>
    public static string Of(Enum member) => For(member.GetType()).Names[member];

    /// <summary>The member that a word names, whatever its case; null when there is none.</summary>
    public static Enum? Find(Type vocabulary, string word) => For(vocabulary).Members.GetValueOrDefault(word);

    /// <summary>The words that mark an end: a record in such a state wins over another of the same version.</summary>
    public static IReadOnlyList<string> Terminal(Type vocabulary) =>
        [.. Enum.GetNames(vocabulary)
            .Where(n => vocabulary.GetField(n)!.IsDefined(typeof(TerminalAttribute), inherit: false))
            .Select(n => Write(vocabulary, n))];

    private static Vocabulary For(Type type) => Known.GetOrAdd(type, static t => new Vocabulary(t));

    private static string Write(Type type, string name) =>
        type == typeof(Weekday) ? name.ToUpperInvariant() : FactSchema.SnakeCase(name);

    private sealed class Vocabulary(Type type)
    {
        public IReadOnlyList<string> Words { get; } = [.. Enum.GetNames(type).Select(n => Write(type, n))];

        public FrozenDictionary<Enum, string> Names { get; } =
            Enum.GetValues(type).Cast<Enum>().ToFrozenDictionary(v => v, v => Write(type, v.ToString()));

        public FrozenDictionary<string, Enum> Members { get; } = Enum.GetValues(type).Cast<Enum>()
            .ToFrozenDictionary(v => Write(type, v.ToString()), v => v, StringComparer.OrdinalIgnoreCase);
    }
}
