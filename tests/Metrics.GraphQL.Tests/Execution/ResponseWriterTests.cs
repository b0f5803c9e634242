using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Metrics.GraphQL.Execution;

namespace Metrics.GraphQL.Tests.Execution;

public class ResponseWriterTests
{
    [Fact]
    public void A_text_of_any_length_reads_back_as_it_was() => Prop.ForAll<string>(text =>
    {
        foreach (var repeated in (string[])[text ?? "", $"{text}{text}{text}{text}", $"Row {text?.Length}", $"{text}\"\\\u007f{text}"])
        {
            using var writer = new ResponseWriter();
            writer.WriteString(repeated);
            // Half a surrogate pair has no UTF-8; it becomes U+FFFD.
            var expected = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(repeated));
            JsonSerializer.Deserialize<string>(writer.Written.Span).ShouldBe(expected);
        }
    }).QuickCheckThrowOnFailure();
}
