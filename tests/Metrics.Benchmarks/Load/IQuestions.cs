using System.Text.Json;

namespace Metrics.Benchmarks.Load;

/// <summary>What connections ask, and whether the answers will do.</summary>
internal interface IQuestions
{
    /// <summary>The next request, whole as sent.</summary>
    byte[] Next();

    /// <summary>A thorough look at the first answer of each connection.</summary>
    /// <exception cref="InvalidDataException">It is wrong.</exception>
    void Verify(string body, int length);

    /// <summary>A cheap look at every further answer, as sent.</summary>
    /// <exception cref="InvalidDataException">It is wrong.</exception>
    void Check(ReadOnlySpan<byte> body);
}

/// <summary>One question again and again: every answer has the length of the first, which is compared as JSON.</summary>
internal sealed class SameQuestion(byte[] request, JsonElement answer) : IQuestions
{
    private int expectedLength;

    public byte[] Next() => request;

    public void Verify(string body, int length)
    {
        using var json = JsonDocument.Parse(body);
        if (!JsonElement.DeepEquals(json.RootElement, answer))
            throw new InvalidDataException($"The answer is wrong: {(body.Length > 300 ? body[..300] + "…" : body)}");
        expectedLength = length;
    }

    public void Check(ReadOnlySpan<byte> body)
    {
        if (body.Length != expectedLength) throw new InvalidDataException($"An answer has {body.Length} bytes in place of {expectedLength}.");
    }
}
