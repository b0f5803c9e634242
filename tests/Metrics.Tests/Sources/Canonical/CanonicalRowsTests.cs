using System.Text;
using Metrics.Sources;
using Metrics.Sources.Canonical;

namespace Metrics.Tests.Sources.Canonical;

public class CanonicalRowsTests
{
    private readonly CanonicalSource source = new();

    [Fact]
    public async Task Quoted_fields_hold_commas_quotes_and_line_breaks() =>
        (await ReadingText.Of(source, "teams.csv", "team,name,domain\r\na,\"Orders, \"\"returns\"\"\r\nand more\",\"\"\r\n\r\nb,B,sales")).ShouldBe(
            "team team=a name=Orders, \"returns\"\r\nand more\nteam team=b name=B domain=sales\ncovered team");

    [Fact]
    public async Task A_byte_order_mark_is_no_part_of_the_header() =>
        (await ReadingText.Of(source, "teams.csv", "\uFEFFteam\na\n")).ShouldBe("team team=a\ncovered team");

    [Theory]
    [InlineData("")]
    [InlineData("\uFEFF")]
    [InlineData("\n\n")]
    [InlineData("incident_id,title\n")]
    [InlineData("incident_id")]
    public async Task An_empty_file_vouches_for_its_fact(string content) =>
        (await ReadingText.Of(source, "incidents.csv", content)).ShouldBe("covered incident");

    [Fact]
    public async Task A_broken_row_is_rejected_alone() =>
        (await ReadingText.Of(source, "incidents.csv", """
            incident_id,title,severity,started_at,resolved_at
            1,one,1,2026-07-01T00:00:00Z,2026-07-01T01:00:00Z
            2,two,1
            3,three,1,,,,
            4,fo"u"r,1,,
            5,"fi"ve,1,,
            ,six,1,,
            7,seven,9,,
            8,eight,1,2026-07-01T02:00:00Z,2026-07-01T01:00:00Z
            9,nine,1,,
            """)).ShouldBe("""
            incident incident_id=1 title=one severity=1 started_at=2026-07-01T00:00:00Z resolved_at=2026-07-01T01:00:00Z
            rejected incidents.csv, line 3: the row has 3 fields, the header 5; give every column a field, and put values that contain a comma in quotation marks <2,two,1>
            rejected incidents.csv, line 4: the row has 7 fields, the header 5; give every column a field, and put values that contain a comma in quotation marks <3,three,1,,,,>
            rejected incidents.csv, line 5: the row has a quotation mark inside a value that is not quoted; put the whole value in quotation marks and double those inside it <4,fo"u"r,1,,>
            rejected incidents.csv, line 6: the row has text after a closing quotation mark; put the whole value in quotation marks and double those inside it <5,"fi"ve,1,,>
            rejected incidents.csv, line 7, column "incident_id": incident_id is empty, but it is part of the record's key; give it a value <,six,1,,>
            rejected incidents.csv, line 8, column "severity": severity is 9; allowed are 1 to 5 <7,seven,9,,>
            rejected incidents.csv, line 9, column "resolved_at": resolved_at 2026-07-01T01:00:00.0000000+00:00 lies before started_at 2026-07-01T02:00:00.0000000+00:00 <8,eight,1,2026-07-01T02:00:00Z,2026-07-01T01:00:00Z>
            incident incident_id=9 title=nine severity=1
            covered incident
            """);

    [Theory]
    [InlineData("3,three\n4,four\n")]
    [InlineData("3,\"three\"\n\"4\",four\n")]
    [InlineData("3,three\n4,\"four\"\n")]
    public async Task A_quotation_mark_that_is_never_closed_costs_its_row_alone(string following) =>
        (await ReadingText.Of(source, "incidents.csv", "incident_id,title\n1,one\n2,\"two\n" + following)).ShouldBe("""
            incident incident_id=1 title=one
            rejected incidents.csv, line 3: the row opens a quotation mark that is not closed before the next row; close it, and double every quotation mark inside the value <2,"two>
            incident incident_id=3 title=three
            incident incident_id=4 title=four
            covered incident
            """);

    [Fact]
    public async Task Two_lost_quotation_marks_do_not_swallow_the_rows_between() =>
        (await ReadingText.Of(source, "incidents.csv", "incident_id,title,severity\n1,\"one,1\n2,two,2\n3,three\",3\n4,four,4\n")).ShouldBe("""
            rejected incidents.csv, line 2: the row opens a quotation mark that is not closed before the next row; close it, and double every quotation mark inside the value <1,"one,1>
            incident incident_id=2 title=two severity=2
            rejected incidents.csv, line 4: the row has a quotation mark inside a value that is not quoted; put the whole value in quotation marks and double those inside it <3,three",3>
            incident incident_id=4 title=four severity=4
            covered incident
            """);

    [Fact]
    public async Task A_row_over_several_lines_with_too_few_fields_is_one_rejection() =>
        (await ReadingText.Of(source, "incidents.csv", "incident_id,title,severity\n1,\"one\nand more\"\n2,two,2\n")).ShouldBe("""
            rejected incidents.csv, line 2: the row has 2 fields, the header 3; give every column a field, and put values that contain a comma in quotation marks <1,"one
            and more">
            incident incident_id=2 title=two severity=2
            covered incident
            """);

    [Fact]
    public async Task Invalid_utf8_is_rejected_alone()
    {
        byte[] content = [.. "team,name\na,"u8, 0xC3, 0x28, .. "\nb,B\n"u8];
        (await ReadingText.Of(source, Payload.OfBytes("teams.csv", content))).ShouldBe("""
            rejected teams.csv, line 2: the row is not valid UTF-8; save the file as UTF-8 <a,�(>
            team team=b name=B
            covered team
            """);
    }

    [Fact]
    public async Task A_row_of_unreasonable_length_is_rejected_in_bounded_memory()
    {
        var text = await ReadingText.Of(source, "teams.csv", $"team,name\na,{new string('x', 3_000_000)}\nb,\"{string.Concat(Enumerable.Repeat("y\n", 1_000_000))}\nc,C\n");
        var lines = text.Split('\n');
        lines[0].ShouldStartWith("rejected teams.csv, line 2: the row is longer than the 1048576 bytes that a row can have <a,xxx");
        lines[1].ShouldStartWith("rejected teams.csv, line 3: the row opens a quotation mark that is not closed before the next row;");
        lines.Count(l => l.EndsWith("<y>", StringComparison.Ordinal)).ShouldBe(999_999);
        lines[^2..].ShouldBe(["team team=c name=C", "covered team"]);
    }

    [Fact]
    public async Task A_tombstone_needs_only_its_key() =>
        (await ReadingText.Of(source, "incidents.csv", """
            incident_id,severity,updated_at,deleted
            1,,2026-07-01T00:00:00Z,true
            2,broken,,true
            ,1,,true
            4,1,broken,true
            """)).ShouldBe("""
            incident incident_id=1 updated_at=2026-07-01T00:00:00Z deleted=true
            incident incident_id=2 deleted=true
            rejected incidents.csv, line 4, column "incident_id": incident_id is empty, but it is part of the record's key; give it a value <,1,,true>
            rejected incidents.csv, line 5, column "updated_at": "broken" is not a timestamp; write date, time and offset, such as 2026-07-01T06:30:00Z or 2026-07-01T08:30:00+02:00 <4,1,broken,true>
            covered incident
            """);

    [Fact]
    public async Task Source_and_connection_may_be_stated_and_catalogue_facts_are_seen_when_updated() =>
        (await ReadingText.Of(source, "checks.csv", """
            check_id,source,connection,updated_at
            c1,dbt,eu,2026-07-01T00:00:00+02:00
            c2,,,
            """)).ShouldBe("""
            check check_id=c1 enabled=true source=dbt connection=eu updated_at=2026-06-30T22:00:00Z seen_at=2026-06-30T22:00:00Z
            check check_id=c2 enabled=true
            covered check
            """);

    [Fact]
    public async Task A_version_of_a_dataset_holds_since_it_says() =>
        (await ReadingText.Of(source, "datasets.csv", "dataset,updated_at\na,2026-07-01T00:00:00Z\n")).ShouldBe("""
            dataset dataset=a updated_at=2026-07-01T00:00:00Z
            covered dataset
            """);

    [Theory]
    [InlineData("incident_id,sevrity\n", "incidents.csv, line 1: unknown column \"sevrity\". Allowed in incidents: incident_id, title, severity, status, datasets, team, started_at, detected_at, acknowledged_at, resolved_at, detected_by, cause, postmortem_url, postmortem_published_at, source, connection, updated_at, deleted.")]
    [InlineData("check_id,run_at,status\n", "incidents.csv, line 1: unknown columns \"check_id\", \"run_at\". It has the columns of check_results: is it a file of that fact? Then rename it. Allowed in incidents: incident_id, title, severity, status, datasets, team, started_at, detected_at, acknowledged_at, resolved_at, detected_by, cause, postmortem_url, postmortem_published_at, source, connection, updated_at, deleted.")]
    [InlineData("incident_id;title\n", "incidents.csv, line 1: unknown column \"incident_id;title\". Separate the columns by commas. Allowed in incidents: incident_id, title, severity, status, datasets, team, started_at, detected_at, acknowledged_at, resolved_at, detected_by, cause, postmortem_url, postmortem_published_at, source, connection, updated_at, deleted.")]
    [InlineData("incident_id,title,title\n", "incidents.csv, line 1: title stands in the header more than once; remove all but one.")]
    [InlineData("title,severity\n", "incidents.csv, line 1: the header lacks incident_id, part of the key of incidents. Columns: incident_id, title, severity, status, datasets, team, started_at, detected_at, acknowledged_at, resolved_at, detected_by, cause, postmortem_url, postmortem_published_at, source, connection, updated_at, deleted.")]
    public async Task A_header_of_another_kind_refuses_the_file(string content, string message) =>
        (await Should.ThrowAsync<SourceException>(() => ReadingText.Of(source, "incidents.csv", content))).Message.ShouldBe(message);

    [Fact]
    public async Task Utf16_is_refused() =>
        (await Should.ThrowAsync<SourceException>(() =>
            ReadingText.Of(source, Payload.OfBytes("teams.csv", (byte[])[.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes("team\n")]))))
            .Message.ShouldBe("teams.csv: is UTF-16; allowed is UTF-8. Save it as UTF-8 and import it again.");

    [Fact]
    public async Task A_damaged_archive_is_refused() =>
        (await Should.ThrowAsync<SourceException>(() => ReadingText.Of(source, "teams.csv.gz", "team\na\n")))
            .Message.ShouldStartWith("teams.csv.gz: cannot be unpacked after line 0: ");
}
