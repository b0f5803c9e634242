namespace Metrics.GraphQL.Language;

/// <summary>A place in a document.</summary>
/// <param name="Line">The line, counted from 1; <c>\n</c>, <c>\r</c> and <c>\r\n</c> each end one.</param>
/// <param name="Column">The column in UTF-16 code units, counted from 1.</param>
public readonly record struct Location(int Line, int Column)
{
    /// <summary>Finds the line and column of an offset.</summary>
    internal static Location Of(string source, int offset)
    {
        var line = 1;
        var lineStart = 0;
        for (var i = 0; i < offset && i < source.Length; i++)
        {
            var c = source[i];
            if (c != '\n' && c != '\r') continue;
            if (c == '\r' && i + 1 < source.Length && source[i + 1] == '\n')
            {
                if (i + 1 >= offset) break;
                i++;
            }
            line++;
            lineStart = i + 1;
        }
        return new Location(line, offset - lineStart + 1);
    }
}
