namespace Metrics.Scorecards.Document;

/// <summary>Inter 4.1 (SIL Open Font License), in the weights a scorecard uses.</summary>
/// <remarks>
/// Carried along because the packages of Linux distributions have it with PostScript outlines, which Chromium can only embed as
/// Type 3: without word spaces in the text layer, and coarse on a screen. What Inter has no glyph for comes from the system.
/// </remarks>
internal static class EmbeddedFonts
{
    private static readonly (string File, int Weight)[] Files =
    [
        ("Inter-Regular.woff2", 400),
        ("Inter-Medium.woff2", 500),
        ("Inter-SemiBold.woff2", 600),
    ];

    /// <summary>The <c>@font-face</c> rules, with the fonts in them.</summary>
    public static string Css { get; } = string.Join('\n', Files.Select(Rule));

    private static string Rule((string File, int Weight) font)
    {
        var source = $"url(data:font/woff2;base64,{Base64(font.File)}) format(\"woff2\")";
        return FormattableString.Invariant($$"""@font-face{font-family:"Inter";font-weight:{{font.Weight}};src:{{source}}}""");
    }

    private static string Base64(string file)
    {
        using var bytes = new MemoryStream();
        using var resource = DocumentResource.Open("Fonts." + file);
        resource.CopyTo(bytes);
        return Convert.ToBase64String(bytes.GetBuffer(), 0, (int)bytes.Length);
    }
}
