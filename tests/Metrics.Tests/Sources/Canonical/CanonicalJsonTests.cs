using System.Text;
using Metrics.Sources;
using Metrics.Sources.Canonical;

namespace Metrics.Tests.Sources.Canonical;

public class CanonicalJsonTests
{
    private readonly CanonicalSource source = new();

    [Fact]
    public async Task Values_are_native_or_text_and_lists_are_arrays_or_text() =>
        (await ReadingText.Of(source, "pipeline_runs.jsonl", """
            {"pipeline":"p","run_id":17,"attempt":"1","state":"success","datasets":["a"," b ",null,"a"],"rows_written":1.2E3}
            {"pipeline":"p","run_id":"18","attempt":1.0,"state":"FAILED","datasets":"a;b","rows_written":null,"error":"caf\u00e9 \"x\""}

            {"pipeline":"p","run_id":"19","attempt":null,"datasets":[],"started_at":"2026-07-01T00:00:00Z","deleted":true}
            """)).ShouldBe("""
            pipeline_run pipeline=p run_id=17 attempt=1 state=success datasets=a;b rows_written=1200
            pipeline_run pipeline=p run_id=18 attempt=1 state=failed datasets=a;b error=café "x"
            pipeline_run pipeline=p run_id=19 started_at=2026-07-01T00:00:00Z deleted=true
            covered pipeline_run
            """);

    [Fact]
    public async Task A_broken_line_is_rejected_alone() =>
        (await ReadingText.Of(source, "incidents.ndjson", """
            {"incident_id":"1","title":"one"}
            {"incident_id":"2","title":
            "text"
            {"title":"no key"}
            {"incident_id":"5","incident_id":"6"}
            {"incident_id":"7","title":["a"]}
            {"incident_id":"8","title":{"a":1}}
            {"incident_id":"9","datasets":[["a"]]}
            {"incident_id":"10"} {"incident_id":"11"}
            {"incident_id":"12","title":"\ud800"}
            {"incident_id":"13","title":"a\u0000b"}
            {"incident_id":"14","severity":true}
            {"incident_id":"15"}
            """)).ShouldBe("""
            incident incident_id=1 title=one
            rejected incidents.ndjson, line 2: the line is not a JSON object (at byte 27); write one JSON object on each line <{"incident_id":"2","title":>
            rejected incidents.ndjson, line 3: the line is not a JSON object; write one JSON object on each line <"text">
            rejected incidents.ndjson, line 4, column "incident_id": incident_id is empty, but it is part of the record's key; give it a value <{"title":"no key"}>
            rejected incidents.ndjson, line 5, column "incident_id": incident_id is given more than once in the object; remove all but one <{"incident_id":"5","incident_id":"6"}>
            rejected incidents.ndjson, line 6, column "title": a list was given where one value is expected; write a single value <{"incident_id":"7","title":["a"]}>
            rejected incidents.ndjson, line 7, column "title": an object was given; allowed are text, numbers, true, false, null and, for lists, arrays <{"incident_id":"8","title":{"a":1}}>
            rejected incidents.ndjson, line 8, column "datasets": the list holds a list or an object; allowed are text, numbers, true and false <{"incident_id":"9","datasets":[["a"]]}>
            rejected incidents.ndjson, line 9: the line is not a JSON object (at byte 21); write one JSON object on each line <{"incident_id":"10"} {"incident_id":"11"}>
            rejected incidents.ndjson, line 10: the line holds half of a surrogate pair (\ud800 to \udfff), which is no character; remove it <{"incident_id":"12","title":"\ud800"}>
            rejected incidents.ndjson, line 11, column "title": "a␀b" contains the character NUL, which cannot be stored; remove it <{"incident_id":"13","title":"a\u0000b"}>
            rejected incidents.ndjson, line 12, column "severity": "true" is not a whole number; write it with digits only, such as 1200 <{"incident_id":"14","severity":true}>
            incident incident_id=15
            covered incident
            """);

    [Fact]
    public async Task Invalid_utf8_is_rejected_alone()
    {
        byte[] content = [.. "{\"team\":\""u8, 0xFF, .. "\"}\n{\"team\":\"b\"}"u8];
        (await ReadingText.Of(source, Payload.OfBytes("teams.jsonl", content))).ShouldBe("""
            rejected teams.jsonl, line 1: the line is not valid UTF-8; save the file as UTF-8 <{"team":"�"}>
            team team=b
            covered team
            """);
    }

    [Fact]
    public async Task A_property_that_the_fact_does_not_have_refuses_the_file() =>
        (await Should.ThrowAsync<SourceException>(() => ReadingText.Of(source, "teams.jsonl", """
            {"team":"a"}
            {"upstream":"a","downstream":"b"}
            """))).Message.ShouldBe(
            "teams.jsonl, line 2: unknown columns \"upstream\", \"downstream\". It has the columns of lineage: is it a file of that fact? " +
            "Then rename it. Allowed in teams: team, name, domain, manager_email, source, connection, updated_at, deleted.");

    [Fact]
    public async Task An_array_is_refused() =>
        (await Should.ThrowAsync<SourceException>(() => ReadingText.Of(source, "teams.jsonl", "[{\"team\":\"a\"}]")))
            .Message.ShouldBe("teams.jsonl: is a JSON array, not JSON Lines; write one JSON object on each line.");

    [Theory]
    [InlineData("pull_requests.csv", "repository,number,author\r\nr,1, ada \r\n\r\nr,2,\"lovelace, ada\"\nr,3,\"ada\nr,4,ada,x\nr,5,\n")]
    [InlineData("pull_requests.jsonl", """
        {"repository":"r","number":1,"author":" ada "}

        {"repository":"r","number":"2","author":"lovelace, ada","title":"é"}
        {"repository":"r","number":3,"author":["ada"]}
        {"repository":"r","number":4,"author":"ada"
        {"repository":"r","number":5,"author":null}
        """)]
    public async Task The_redacted_file_reads_to_the_same_records_without_the_name(string name, string content)
    {
        var payload = Payload.OfBytes(name, Encoding.UTF8.GetBytes(content));
        var redacted = await ReadingText.Redacted(source, payload);
        var expected = await ReadingText.Of(source, payload);
        redacted.ShouldNotContain("ada");
        expected.ShouldNotContain("ada");
        expected.ShouldContain($"author={ReadingText.Redactor.Hash("ada")}");
        RecordsAndPlaces(await ReadingText.Of(source, name, redacted)).ShouldBe(RecordsAndPlaces(expected));
    }

    [Fact]
    public async Task A_file_without_names_is_landed_as_it_is() =>
        (await ReadingText.Redacted(source, Payload.OfBytes("teams.csv", "team\r\n a \r\n"u8.ToArray()))).ShouldBe("team\r\n a \r\n");

    // A row that cannot be divided is hashed as a whole, so that its reason may differ.
    private static string[] RecordsAndPlaces(string readings) =>
        [.. readings.Split('\n').Select(l => l.StartsWith("rejected", StringComparison.Ordinal) ? l[..l.IndexOf(": ", StringComparison.Ordinal)] : l)];
}
