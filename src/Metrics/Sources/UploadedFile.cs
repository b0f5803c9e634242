namespace Metrics.Sources;

/// <summary>Files that are sent over HTTP instead of being imported: what they are their content says, not their name.</summary>
internal static class UploadedFile
{
    /// <summary>The header that may name the file.</summary>
    public const string NameHeader = "X-File-Name";

    /// <summary>The request's body as the file that it is.</summary>
    /// <param name="name">Where the sender gives no name.</param>
    public static PushedEvent Of(PushRequest request, string name) =>
        new(null, Payload.OfBytes(request.Header(NameHeader) is { Length: > 0 } given ? Path.GetFileName(given) : name, request.Body));
}
