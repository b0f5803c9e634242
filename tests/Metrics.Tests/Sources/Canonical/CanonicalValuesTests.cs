using Metrics.Sources.Canonical;

namespace Metrics.Tests.Sources.Canonical;

public class CanonicalValuesTests
{
    private readonly CanonicalSource source = new();

    [Theory]
    [InlineData("2026-07-01T06:30:00Z", "2026-07-01T06:30:00Z")]
    [InlineData("2026-07-01T06:30Z", "2026-07-01T06:30:00Z")]
    [InlineData("2026-07-01 08:30:00+02", "2026-07-01T06:30:00Z")]
    [InlineData("2026-07-01T08:30:00+0200", "2026-07-01T06:30:00Z")]
    [InlineData("2026-07-01 01:00:00-05:30", "2026-07-01T06:30:00Z")]
    [InlineData("2026-07-01T06:30:00.1Z", "2026-07-01T06:30:00.1Z")]
    [InlineData("2026-07-01T06:30:00.123456789+00:00", "2026-07-01T06:30:00.123456Z")]
    [InlineData("1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z")]
    [InlineData("2200-12-31T23:59:59Z", "2200-12-31T23:59:59Z")]
    public async Task Timestamps_have_an_offset_and_at_most_nine_digits_of_fraction(string given, string expected) =>
        (await ReadingText.Of(source, "checks.csv", $"check_id,since\nc,{given}\n")).ShouldBe($"""
            check check_id=c enabled=true since={expected}
            covered check
            """);

    [Theory]
    [InlineData("2026-07-01T06:30:00", "\"2026-07-01T06:30:00\" has no offset; add Z for UTC or an offset such as +02:00")]
    [InlineData("2026-07-01", "\"2026-07-01\" is not a timestamp; write date, time and offset, such as 2026-07-01T06:30:00Z or 2026-07-01T08:30:00+02:00")]
    [InlineData("01/07/2026 06:30", "\"01/07/2026 06:30\" is not a timestamp; write date, time and offset, such as 2026-07-01T06:30:00Z or 2026-07-01T08:30:00+02:00")]
    [InlineData("2026-02-29T00:00:00Z", "\"2026-02-29T00:00:00Z\" is not a timestamp; write date, time and offset, such as 2026-07-01T06:30:00Z or 2026-07-01T08:30:00+02:00")]
    [InlineData("2026-07-01T06:30:00+15:00", "\"2026-07-01T06:30:00+15:00\" ends in \"+15:00\", which is no offset; allowed are Z and offsets up to 14 hours, such as +02:00, +0200 or +02")]
    [InlineData("2026-07-01T06:30:00.1234567891Z", "\"2026-07-01T06:30:00.1234567891Z\" is not a timestamp; write date, time and offset, such as 2026-07-01T06:30:00Z or 2026-07-01T08:30:00+02:00")]
    [InlineData("1969-12-31T23:59:59Z", "\"1969-12-31T23:59:59Z\" is out of range; allowed are the years 1970 to 2200")]
    [InlineData("0000-07-01T06:30:00Z", "\"0000-07-01T06:30:00Z\" is not a timestamp; write date, time and offset, such as 2026-07-01T06:30:00Z or 2026-07-01T08:30:00+02:00")]
    public async Task A_timestamp_that_cannot_be_read_is_rejected_with_what_is_allowed(string given, string reason) =>
        (await ReadingText.Of(source, "checks.csv", $"check_id,since\nc,{given}\n")).ShouldBe($"""
            rejected checks.csv, line 2, column "since": {reason} <c,{given}>
            covered check
            """);

    [Fact]
    public async Task A_catalogue_version_may_hold_since_any_year() =>
        (await ReadingText.Of(source, "datasets.csv", "dataset,valid_from\na,0001-01-01T00:00:00Z\nb,0001-01-01T00:00:00+01:00\n")).ShouldBe("""
            dataset dataset=a valid_from=0001-01-01T00:00:00Z
            rejected datasets.csv, line 3, column "valid_from": "0001-01-01T00:00:00+01:00" is out of range; allowed are the years 1970 to 2200 <b,0001-01-01T00:00:00+01:00>
            covered dataset
            """);

    [Fact]
    public async Task A_dataset_has_values_of_every_type() =>
        (await ReadingText.Of(source, "datasets.csv", """
            dataset,name,tier,classification,contains_pii,freshness_max_age,required_checks,freshness_days,lifecycle
            shop.orders,Orders,0,CONFIDENTIAL,True,PT2H,schema; uniqueness ;;schema,mon;TUE,deprecated
            shop.items,  , 1.0 ,,,,,,

            """ + "shop.stock,Stock,2.0E0,public,FALSE,P1DT12H,,,active")).ShouldBe("""
            dataset dataset=shop.orders name=Orders tier=0 classification=confidential contains_pii=true freshness_max_age=02:00:00 freshness_days=MON;TUE lifecycle=deprecated required_checks=schema;uniqueness
            dataset dataset=shop.items tier=1
            dataset dataset=shop.stock name=Stock tier=2 classification=public contains_pii=false freshness_max_age=1.12:00:00 lifecycle=active
            covered dataset
            """);

    [Theory]
    [InlineData("tier", "1.5", "\"1.5\" is not a whole number; write it with digits only, such as 1200")]
    [InlineData("tier", "99999999999", "\"99999999999\" is out of range; allowed are -2147483648 to 2147483647")]
    [InlineData("tier", "gold", "\"gold\" is not a whole number; write it with digits only, such as 1200")]
    [InlineData("tier", "3", "tier is 3; allowed are 0 to 2")]
    [InlineData("contains_pii", "yes", "\"yes\" is neither true nor false; allowed are true, false and empty")]
    [InlineData("classification", "secret", "\"secret\" is not known; allowed are public, internal, confidential, restricted")]
    [InlineData("classification", "1", "\"1\" is not known; allowed are public, internal, confidential, restricted")]
    [InlineData("freshness_max_age", "2 hours", "'2 hours' is not a duration. Write weeks, days, hours, minutes and seconds, such as PT2H, P1DT12H, P35D or P0D.")]
    [InlineData("freshness_max_age", "P1M", "'P1M' has no fixed length: months and years differ. Write days instead, such as P30D or P365D.")]
    [InlineData("freshness_deadline", "6 am", "\"6 am\" is not a time of day; write 00:00 to 23:59, such as 06:30")]
    [InlineData("freshness_days", "MON;FOO", "\"FOO\" is not known; allowed are MON, TUE, WED, THU, FRI, SAT, SUN")]
    [InlineData("freshness_timezone", "Berlin", "freshness_timezone is \"Berlin\"; give an IANA name such as Europe/Berlin")]
    [InlineData("name", "a\0b", "\"a␀b\" contains the character NUL, which cannot be stored; remove it")]
    public async Task A_value_that_cannot_be_read_is_rejected_with_what_is_allowed(string column, string given, string reason) =>
        (await ReadingText.Of(source, "datasets.csv", $"dataset,{column}\na,{given}\nb,\n")).ShouldBe($"""
            rejected datasets.csv, line 2, column "{column}": {reason} <a,{given.Replace('\0', '␀')}>
            dataset dataset=b
            covered dataset
            """);

    [Fact]
    public async Task Numbers_and_dates_are_written_without_culture() =>
        (await ReadingText.Of(source, "usage_units.csv", """
            day,unit,quantity
            2026-07-01,query,1.25E3
            2026-07-01,query,"1.250,5"
            2026-07-01,query,-1
            1.7.2026,query,1
            2226-07-01,query,1
            """)).ShouldBe("""
            usage_unit day=2026-07-01 unit=query quantity=1250
            rejected usage_units.csv, line 3, column "quantity": "1.250,5" is not a number; write it with a decimal point and without separators, such as 1200.5 <2026-07-01,query,"1.250,5">
            rejected usage_units.csv, line 4, column "quantity": quantity is -1; it cannot be negative <2026-07-01,query,-1>
            rejected usage_units.csv, line 5, column "day": "1.7.2026" is not a date; write year, month and day, such as 2026-07-01 <1.7.2026,query,1>
            rejected usage_units.csv, line 6, column "day": "2226-07-01" is out of range; allowed are the years 1970 to 2200 <2226-07-01,query,1>
            covered usage_unit
            """);

    [Fact]
    public async Task An_empty_boolean_is_false_except_where_it_is_true() =>
        (await ReadingText.Of(source, "pull_requests.csv", "repository,number,author_is_bot,is_data_code\nr,1,,\nr,2,true,false\n")).ShouldBe("""
            pull_request repository=r number=1 author_is_bot=false is_data_code=true
            pull_request repository=r number=2 author_is_bot=true is_data_code=false
            covered pull_request
            """);

    [Fact]
    public async Task A_key_longer_than_an_index_entry_is_rejected() =>
        (await ReadingText.Of(source, "lineage.csv", $"upstream,downstream\n{new string('ä', 1250)},b\n{new string('a', 2499)},b\n")).ShouldBe($"""
            rejected lineage.csv, line 2, column "downstream": "b" makes the record's key longer than the 2500 bytes that it can have; shorten it <{new string('ä', 1250)},b>
            lineage upstream={new string('a', 2499)} downstream=b
            covered lineage
            """);
}
