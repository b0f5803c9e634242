using System.Text.Json;
using Metrics.Benchmarks.Load;

namespace Metrics.Benchmarks.Api;

/// <summary>One KPI by tier, over the same quarter again and again or over other days each time.</summary>
internal sealed class TierQuestions(ApiContestant contestant, IReadOnlyList<Days> asked) : IQuestions
{
    private readonly byte[][] requests = [.. asked.Select(contestant.Request)];
    private int last = -1;
    private int stale;

    /// <summary>Answers that said that newer records had arrived than they were computed from.</summary>
    public int Stale => stale;

    public byte[] Next() => requests[(uint)Interlocked.Increment(ref last) % requests.Length];

    public void Verify(string body, int length)
    {
        using var json = JsonDocument.Parse(body);
        if (!json.RootElement.TryGetProperty("errors", out _) && !json.RootElement.TryGetProperty("error", out _)) return;
        throw new InvalidDataException($"{contestant.Name} answered: {body}");
    }

    public void Check(ReadOnlySpan<byte> body)
    {
        if (body.IndexOf("\"error"u8) >= 0) throw new InvalidDataException($"{contestant.Name} answered: {System.Text.Encoding.UTF8.GetString(body)}");
        if (body.IndexOf("\"stale\":true"u8) >= 0) Interlocked.Increment(ref stale);
    }
}
