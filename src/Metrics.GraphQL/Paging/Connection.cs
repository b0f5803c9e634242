using System.Globalization;
using System.Text;

namespace Metrics.GraphQL;

/// <summary>One page of a list. Return it from a resolver that pages by itself, or let <see cref="UsePagingAttribute"/> make it.</summary>
/// <typeparam name="T">The row.</typeparam>
public sealed class Connection<T>
{
    /// <summary>A page of rows with their cursors.</summary>
    /// <param name="edges">The rows, in order.</param>
    /// <param name="pageInfo">What lies before and after.</param>
    /// <param name="totalCount">The rows of all pages; null when that is not known.</param>
    public Connection(IReadOnlyList<Edge<T>> edges, PageInfo pageInfo, int? totalCount = null)
    {
        Edges = edges;
        PageInfo = pageInfo;
        TotalCount = totalCount;
    }

    public IReadOnlyList<Edge<T>> Edges { get; }

    public IEnumerable<T> Nodes => Edges.Select(e => e.Node);

    public PageInfo PageInfo { get; }

    public int? TotalCount { get; }
}

/// <summary>Makes pages.</summary>
public static class Connection
{
    /// <summary>The same page of rows under a type that they all have.</summary>
    public static Connection<TBase> As<TRow, TBase>(this Connection<TRow> page)
        where TRow : TBase => new([.. page.Edges.Select(e => new Edge<TBase>(e.Node, e.Cursor))], page.PageInfo, page.TotalCount);

    /// <summary>A page that begins at an offset, with cursors made of offsets.</summary>
    /// <param name="rows">The rows of the page.</param>
    /// <param name="offset">How many rows lie before it.</param>
    /// <param name="hasNextPage">Whether rows lie after it.</param>
    /// <param name="totalCount">The rows of all pages; null when that is not known.</param>
    public static Connection<T> FromOffset<T>(IReadOnlyList<T> rows, int offset, bool hasNextPage, int? totalCount = null)
    {
        var edges = rows.Select((row, i) => new Edge<T>(row, Cursor.OfOffset(offset + i))).ToList();
        var info = new PageInfo(hasNextPage, offset > 0, edges.Count > 0 ? edges[0].Cursor : null, edges.Count > 0 ? edges[^1].Cursor : null);
        return new Connection<T>(edges, info, totalCount);
    }
}

/// <summary>A row with the cursor that stands for its place.</summary>
public sealed record Edge<T>(T Node, string Cursor);

/// <summary>What lies before and after a page.</summary>
/// <param name="HasNextPage">Whether there are rows after this page.</param>
/// <param name="HasPreviousPage">Whether there are rows before this page.</param>
/// <param name="StartCursor">The cursor of the first row; null on an empty page.</param>
/// <param name="EndCursor">The cursor of the last row, also on the last page; null on an empty page.</param>
public sealed record PageInfo(bool HasNextPage, bool HasPreviousPage, string? StartCursor, string? EndCursor);

/// <summary>What a caller said about the page; a parameter of this type gives its field these arguments.</summary>
/// <param name="First">How many rows from the start, never more than allowed; the default size when the caller said nothing.</param>
/// <param name="After">Only rows after this cursor.</param>
/// <param name="Last">How many rows from the end; needs backward pagination.</param>
/// <param name="Before">Only rows before this cursor; needs backward pagination.</param>
public sealed record PagingArguments(int? First, string? After, int? Last = null, string? Before = null);

/// <summary>Cursors made of offsets.</summary>
public static class Cursor
{
    /// <summary>The cursor of the row at an offset, counted from 0.</summary>
    public static string OfOffset(int offset) => Convert.ToBase64String(Encoding.ASCII.GetBytes(offset.ToString(CultureInfo.InvariantCulture)));

    /// <summary>The offset that a cursor stands for.</summary>
    /// <exception cref="GraphQLException">The text is no cursor of this server.</exception>
    public static int ToOffset(string cursor)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (cursor.Length <= 20
            && Convert.TryFromBase64String(cursor, bytes, out var length)
            && int.TryParse(bytes[..length], NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
            && offset < int.MaxValue)
        {
            return offset;
        }
        throw new GraphQLException($"\"{Types.ScalarText.Clip(cursor)}\" is not a cursor. Use one that this server gave.", ErrorCodes.BadInput);
    }
}
