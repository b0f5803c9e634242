using System.Text;
using System.Text.RegularExpressions;

namespace Metrics.Sources.Focus;

/// <summary>
/// Replaces e-mail addresses, which stand in tags and names of resources, by keyed hashes: in what is landed and in what is read,
/// so that both are the same. Rows keep their lines and fields.
/// </summary>
internal static partial class FocusPrivacy
{
    private const int BlockSize = 1 << 16;
    private const int LongestBlock = 1 << 22;

    /// <summary>The content without addresses.</summary>
    public static Stream Rewrite(Stream original, Redactor redactor) => new RewrittenStream(PiecesAsync(original, redactor), original);

    /// <summary>Blocks of whole lines; most hold no address and pass as they are.</summary>
    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> PiecesAsync(Stream original, Redactor redactor)
    {
        var buffer = new byte[BlockSize];
        var kept = 0;
        int read;
        while ((read = await original.ReadAsync(buffer.AsMemory(kept))) > 0)
        {
            var filled = kept + read;
            var whole = buffer.AsSpan(0, filled).LastIndexOf((byte)'\n') + 1;
            if (whole == 0 && filled >= LongestBlock) whole = filled;
            if (whole > 0)
            {
                yield return Clean(buffer.AsMemory(0, whole), redactor);
                buffer.AsSpan(whole, filled - whole).CopyTo(buffer);
            }

            kept = filled - whole;
            if (kept == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
        }

        if (kept > 0) yield return Clean(buffer.AsMemory(0, kept), redactor);
    }

    // Latin-1 gives every byte back, whatever the encoding: a broken text stays as broken as it is.
    private static ReadOnlyMemory<byte> Clean(ReadOnlyMemory<byte> block, Redactor redactor) =>
        block.Span.Contains((byte)'@')
            ? Encoding.Latin1.GetBytes(Address().Replace(Encoding.Latin1.GetString(block.Span), m => redactor.Hash(m.Value)!))
            : block;

    [GeneratedRegex(@"[A-Za-z0-9._%+\-]+@[A-Za-z0-9\-]+(\.[A-Za-z0-9\-]+)+", RegexOptions.ExplicitCapture)]
    private static partial Regex Address();
}
