using Metrics.Model;
using Metrics.Scorecards.Delivery;
using Metrics.Scorecards.Notices;
using Metrics.Tests.Scorecards.Notices;
using Metrics.Tests.Storage;

namespace Metrics.Tests.Scorecards.Delivery;

[Collection("Chromium")]
public sealed class ReleaseScheduleTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("2026-Q3", "UTC", "", 3, "09:00", "2026-10-05T09:00:00Z")]          // 1 and 2 October are Thursday and Friday
    [InlineData("2026-Q3", "Europe/Berlin", "", 3, "09:00", "2026-10-05T07:00:00Z")]
    [InlineData("2026-Q3", "America/New_York", "", 3, "09:00", "2026-10-05T13:00:00Z")]
    [InlineData("2026-Q4", "UTC", "2027-01-01", 3, "09:00", "2027-01-06T09:00:00Z")] // New Year's Day is no business day
    [InlineData("2026-Q2", "UTC", "", 1, "00:00", "2026-07-01T00:00:00Z")]
    [InlineData("2025-12-01/2026-03-28", "Europe/Berlin", "", 1, "09:00", "2026-03-30T07:00:00Z")] // the clocks went forward the day before
    [InlineData("2026-09-01/2026-10-25", "America/Sao_Paulo", "", 1, "09:00", "2026-10-26T12:00:00Z")]
    public void The_moment_is_a_business_day_in_the_reporting_zone(string period, string zone, string holidays, int day, string time, string due)
    {
        var calendar = ReportingCalendar.Create(zone, 1, holidays.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(h => DateOnly.Parse(h, System.Globalization.CultureInfo.InvariantCulture)));

        new ReleaseRule(day, TimeOnly.Parse(time, System.Globalization.CultureInfo.InvariantCulture)).DueAt(Period.Parse(period, calendar), calendar)
            .ShouldBe(DateTimeOffset.Parse(due, System.Globalization.CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("0 9 5 * *", "2026-10-05T07:00:00Z")]
    [InlineData("0 0 1 * *", "2026-09-30T22:00:00Z")] // the quarter's very end
    [InlineData("30 8 * * MON", "2026-10-05T06:30:00Z")]
    public void A_cron_expression_names_its_first_moment_after_the_quarter_in_the_reporting_zone(string cron, string due)
    {
        var calendar = ReportingCalendar.Create("Europe/Berlin", 1, []);

        (ReleaseRule.Default with { Cron = new Cron(cron, calendar.Zone) }).DueAt(Period.Parse("2026-Q3", calendar), calendar)
            .ShouldBe(DateTimeOffset.Parse(due, System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void A_time_that_the_clocks_skip_comes_as_much_later()
    {
        // Cairo's clocks skip the hour after midnight of Friday, 24 April 2026.
        var calendar = ReportingCalendar.Create("Africa/Cairo", 1, []);

        new ReleaseRule(1, new TimeOnly(0, 30)).DueAt(Period.Parse("2026-04-23", calendar), calendar).ShouldBe(new DateTimeOffset(2026, 4, 23, 22, 30, 0, TimeSpan.Zero));
    }

    [Fact]
    public async Task Of_several_instances_one_fires_and_only_once()
    {
        await using var post = await Post.StartAsync();
        await post.AddAsync("ada@example.com");
        await post.PublishAsync();

        (await Schedule(post, "2026-07-03T08:59:59Z").LookAsync(Cancellation)).ShouldBe(0);
        var queued = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Schedule(post, "2026-07-03T09:00:00Z").LookAsync(Cancellation))));
        queued.Sum().ShouldBe(1);

        // A recipient who comes later gets it by hand: the firing is spent.
        await post.AddAsync("bob@example.com");
        (await Schedule(post, "2026-07-04T09:00:00Z").LookAsync(Cancellation)).ShouldBe(0);
        await post.Sender().RunAsync(null, Cancellation);
        post.Server.Letters().ShouldHaveSingleItem().To.ShouldBe("ada@example.com");
    }

    [Fact]
    public async Task What_was_missed_while_nothing_ran_is_made_up_for_but_not_for_ever()
    {
        await using var post = await Post.StartAsync();
        await post.AddAsync("ada@example.com");
        await post.PublishAsync();

        (await Schedule(post, "2026-07-17T09:00:00Z").LookAsync(Cancellation)).ShouldBe(0);
        (await Schedule(post, "2026-07-17T08:59:59Z").LookAsync(Cancellation)).ShouldBe(1);
    }

    [Fact]
    public async Task Owner_and_approver_are_told_once_of_what_is_not_published_and_it_goes_out_when_it_is()
    {
        await using var post = await Post.StartAsync();
        await post.AddAsync("ada@example.com");
        INoticeChannel[] channels =
        [
            new NoticeMail(post.Server.Settings(), Mailbox.Parse("owner@example.com"), post.Database.Clock),
            new NoticeMail(post.Server.Settings(), Mailbox.Parse("approver@example.com"), post.Database.Clock),
        ];
        var courier = new NoticeCourier(post.Database.Application, channels, TimeProvider.System, new LogLines());

        foreach (var now in (string[])["2026-07-03T09:00:00Z", "2026-07-03T09:00:20Z", "2026-07-04T09:00:00Z"])
            (await Schedule(post, now, channels).LookAsync(Cancellation)).ShouldBe(0);
        await courier.RunAsync(Cancellation);

        post.Server.Letters().Select(l => l.To).ShouldBe(["owner@example.com", "approver@example.com"]);
        var letter = await MailServer.ParseAsync(post.Server.Letters()[0].File);
        letter.GetProperty("headers").EnumerateArray().Single(h => h[0].GetString() == "Subject")[1].GetString().ShouldBe(
            "The scorecard of 2026-Q2 is not published (Whole platform)");
        letter.GetProperty("parts")[0].GetProperty("text").GetString()!.ShouldContain("It was to be sent at 2026-07-03 09:00 (UTC).");

        await post.PublishAsync();
        (await Schedule(post, "2026-07-06T09:00:00Z", channels).LookAsync(Cancellation)).ShouldBe(1);
    }

    private static ReleaseSchedule Schedule(Post post, string now, INoticeChannel[]? channels = null) => new(
        post.Database.Application, new SendLedger(post.Database.Application, new FixedClock(now)), post.Recipients, post.Editions,
        new NoticeBoard(post.Database.Application, channels ?? []), ReleaseRule.Default, ReportingCalendar.Utc, "example.com", new FixedClock(now));
}
