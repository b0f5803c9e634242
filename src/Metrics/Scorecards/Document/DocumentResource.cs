namespace Metrics.Scorecards.Document;

/// <summary>The files of the document that are embedded in this assembly.</summary>
internal static class DocumentResource
{
    /// <param name="name">Its path below this folder, with points for slashes.</param>
    public static Stream Open(string name) =>
        typeof(DocumentResource).Assembly.GetManifestResourceStream($"{typeof(DocumentResource).Namespace}.{name}")
            ?? throw new InvalidOperationException($"{name} is not embedded in this assembly. Build it again.");

    public static string Read(string name)
    {
        using var reader = new StreamReader(Open(name));
        return reader.ReadToEnd();
    }
}
