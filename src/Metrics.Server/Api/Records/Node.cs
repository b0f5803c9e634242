using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using Metrics.GraphQL;

namespace Metrics.Server.Api.Records;

/// <summary>Something that can be asked for again by its nodeId alone, as long as it exists.</summary>
[InterfaceType]
public interface INode
{
    /// <summary>Unique among everything here, and stable: made of the kind and the key. What <c>node(id:)</c> takes.</summary>
    [ID]
    string NodeId { get; }
}

/// <summary>Makes and reads the texts of node ids.</summary>
internal static class NodeId
{
    /// <summary>The id of something of a kind with a key.</summary>
    public static string Of(string kind, params ReadOnlySpan<object?> key)
    {
        var parts = new List<string> { kind };
        foreach (var part in key) parts.Add(Convert.ToString(part, CultureInfo.InvariantCulture) ?? "");
        return Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(parts));
    }

    /// <summary>The kind and the parts of the key.</summary>
    /// <exception cref="GraphQLException">The text is no such id.</exception>
    public static (string Kind, string[] Key) Read(string text)
    {
        try
        {
            if (JsonSerializer.Deserialize<string[]>(Base64Url.DecodeFromChars(text)) is [var kind, .. var key]) return (kind, key);
        }
        catch (Exception malformed) when (malformed is FormatException or JsonException)
        {
        }

        throw new GraphQLException($"\"{(text.Length > 40 ? text[..40] + "…" : text)}\" is no node id; give the nodeId of something.", ErrorCodes.BadInput);
    }
}
