namespace Metrics.GraphQL.Execution;

/// <summary>A position in the response, as a chain from the leaf to the root.</summary>
internal sealed class ResponsePath(ResponsePath? parent, object? key)
{
    public static ResponsePath Root { get; } = new(null, null);

    public ResponsePath Append(object child) => new(this, child);

    /// <summary>The keys from the root, with one more at the end.</summary>
    public List<object> ToList(object last)
    {
        var keys = new List<object> { last };
        for (var node = this; node.key is not null; node = node.parent!) keys.Add(node.key);
        keys.Reverse();
        return keys;
    }

    private readonly ResponsePath? parent = parent;
    private readonly object? key = key;
}
