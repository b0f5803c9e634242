using System.Runtime.CompilerServices;
using Metrics.Scorecards.Printing;

namespace Metrics.Tests.Scorecards.Printing;

/// <summary>Every PDF that a test makes or sends goes through <c>qpdf --check</c>.</summary>
internal static class EveryPdf
{
    [ModuleInitializer]
    internal static void IsChecked() => PdfReading.DecodesAll = true;
}
