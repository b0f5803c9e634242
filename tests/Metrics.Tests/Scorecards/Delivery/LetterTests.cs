using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Metrics.Scorecards.Delivery;

namespace Metrics.Tests.Scorecards.Delivery;

/// <summary>What is written is read back by Python's email package.</summary>
public sealed class LetterTests
{
    private static readonly byte[] Pdf = [.. Enumerable.Range(0, 5000).Select(i => (byte)(i * 7 % 256))];

    private static Letter Some => new()
    {
        From = Mailbox.Parse("Data platform <metrics@example.com>"),
        To = [Mailbox.Parse("ada@example.com")],
        Subject = "Scorecard",
        Date = new DateTimeOffset(2026, 10, 5, 9, 0, 0, TimeSpan.FromHours(2)),
        MessageId = "scorecard-1-abc@example.com",
        Text = "Hello\n.\nGrüße\n",
        Html = "<p>Grüße</p>",
        Attached = new Letter.Attachment("scorecard-2026-Q3.pdf", "application/pdf", Pdf),
    };

    [Fact]
    public async Task Parts_and_headers_are_read_as_they_were_written()
    {
        var read = await ReadAsync(Some);

        Header(read, "From").ShouldBe("Data platform <metrics@example.com>");
        Header(read, "Date").ShouldBe("Mon, 05 Oct 2026 09:00:00 +0200");
        Header(read, "Message-ID").ShouldBe("<scorecard-1-abc@example.com>");
        Header(read, "List-Id").ShouldBe("<scorecards.example.com>");
        Header(read, "Auto-Submitted").ShouldBe("auto-generated");
        var parts = read.GetProperty("parts").EnumerateArray().ToList();
        parts.Select(p => p.GetProperty("type").GetString()).ShouldBe(["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "application/pdf"]);
        parts[2].GetProperty("text").GetString()!.ReplaceLineEndings("\n").ShouldBe("Hello\n.\nGrüße\n");
        parts[3].GetProperty("text").GetString().ShouldBe("<p>Grüße</p>");
        parts[4].GetProperty("file").GetString().ShouldBe("scorecard-2026-Q3.pdf");
        parts[4].GetProperty("disposition").GetString().ShouldBe("attachment");
        parts[4].GetProperty("sha256").GetString().ShouldBe(Convert.ToHexStringLower(SHA256.HashData(Pdf)));
    }

    [Theory]
    [InlineData("Datenplattform: 19 von 22 Kennzahlen erfüllen ihr Ziel; drei verfehlt, und dieser Betreff ist länger als eine Zeile 📊📊📊📊📊📊📊📊")]
    [InlineData("A plain subject that is much longer than the seventy-six characters that fit into one line of a header")]
    [InlineData("=?utf-8?B?SGk=?= is not decoded")]
    [InlineData("Unbroken" + "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")]
    public async Task A_subject_of_any_characters_comes_through(string subject) =>
        Header(await ReadAsync(Some with { Subject = subject }), "Subject").ShouldBe(subject);

    [Theory]
    [InlineData("Hello\r\nBcc: eve@example.com")]
    [InlineData("Hello\nBcc: eve@example.com\n\nbody")]
    [InlineData("Hello\u2028Bcc: eve@example.com")]
    public async Task No_text_becomes_another_header(string text)
    {
        var read = await ReadAsync(Some with
        {
            Subject = text,
            Attached = new Letter.Attachment(text, "application/pdf", Pdf),
        });

        read.GetProperty("headers").EnumerateArray().Select(h => h[0].GetString()).ShouldBe(
            ["From", "To", "Subject", "Date", "Message-ID", "List-Id", "Auto-Submitted", "MIME-Version", "Content-Type"]);
        read.GetProperty("parts").GetArrayLength().ShouldBe(5);
    }

    [Fact]
    public async Task Names_of_people_and_files_in_any_language_come_through()
    {
        var read = await ReadAsync(Some with
        {
            To = [Mailbox.Parse("\"Müller, Jörg\" <j@example.com>"), Mailbox.Parse("\"O'Neil, \\\"Ann\\\"\" <ann@example.com>"), Mailbox.Parse("山田 <y@xn--fsq.example>")],
            Attached = new Letter.Attachment("Übersicht – 2026.pdf", "application/pdf", Pdf),
        });

        read.GetProperty("to").EnumerateArray().Select(a => (a[0].GetString(), a[1].GetString())).ShouldBe(
            [("Müller, Jörg", "j@example.com"), ("O'Neil, \"Ann\"", "ann@example.com"), ("山田", "y@xn--fsq.example")]);
        read.GetProperty("parts")[4].GetProperty("file").GetString().ShouldBe("Übersicht – 2026.pdf");
    }

    [Fact]
    public async Task A_letter_to_blind_copies_alone_names_nobody() =>
        Header(await ReadAsync(Some with { To = [] }), "To").ShouldBe("undisclosed-recipients:;");

    [Fact]
    public void The_same_letter_gives_the_same_bytes() => Some.ToBytes().ShouldBe(Some.ToBytes());

    [Theory]
    [InlineData("ada")]
    [InlineData("ada@")]
    [InlineData("ada@example.com\r\nRCPT TO:<eve@example.com>")]
    [InlineData("<ada@example.com> <eve@example.com>")]
    [InlineData("\"a b\"@example.com")]
    [InlineData("ada@[127.0.0.1]")]
    [InlineData("jörg@example.com")]
    public void What_is_no_plain_address_is_refused(string text) =>
        Should.Throw<FormatException>(() => Mailbox.Parse(text)).Message.ShouldBe(
            $"\"{text}\" is not an address; write ada@example.com or \"Ada Lovelace <ada@example.com>\".");

    [Fact]
    public void An_international_domain_is_encoded() => Mailbox.Parse("ada@Bücher.example").Address.ShouldBe("ada@xn--bcher-kva.example");

    private static async Task<JsonElement> ReadAsync(Letter letter)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(file, letter.ToBytes(), TestContext.Current.CancellationToken);
            var read = await MailServer.ParseAsync(file);
            read.GetProperty("defects").GetArrayLength().ShouldBe(0, Encoding.ASCII.GetString(letter.ToBytes()));
            read.GetProperty("parts").EnumerateArray().Sum(p => p.GetProperty("defects").GetArrayLength()).ShouldBe(0);
            read.GetProperty("ascii").GetBoolean().ShouldBeTrue();
            read.GetProperty("bare").GetInt32().ShouldBe(0);
            read.GetProperty("longest").GetInt32().ShouldBeLessThan(200);
            return read;
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string? Header(JsonElement letter, string name) =>
        letter.GetProperty("headers").EnumerateArray().Single(h => h[0].GetString() == name)[1].GetString();
}
