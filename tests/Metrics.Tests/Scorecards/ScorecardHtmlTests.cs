using System.Globalization;
using System.Text.RegularExpressions;
using Metrics.Model;
using Metrics.Scorecards;

namespace Metrics.Tests.Scorecards;

public sealed class ScorecardHtmlTests
{
    [Fact]
    public async Task The_same_evaluation_gives_the_same_text_to_the_byte()
    {
        var one = await ScorecardHtml.DocumentAsync(await new MadeUpPlatform().ComposeAsync());
        var other = await ScorecardHtml.DocumentAsync(await new MadeUpPlatform().ComposeAsync());

        other.ShouldBe(one);
    }

    [Fact]
    public async Task The_culture_of_the_machine_does_not_matter()
    {
        var scorecard = await new MadeUpPlatform().ComposeAsync();
        var expected = await ScorecardHtml.DocumentAsync(scorecard);
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
            (await ScorecardHtml.DocumentAsync(scorecard)).ShouldBe(expected);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public async Task The_culture_asked_for_writes_the_figures()
    {
        var scorecard = await new MadeUpPlatform().ComposeAsync();

        var html = await ScorecardHtml.BodyAsync(scorecard, new ScorecardStyle { Culture = CultureInfo.GetCultureInfo("de-DE") });

        html.ShouldContain("97,8 %");
        html.ShouldNotContain("97.8 %");
    }

    [Fact]
    public async Task It_needs_no_other_file_and_no_script()
    {
        var html = await ScorecardHtml.DocumentAsync(await new MadeUpPlatform().ComposeAsync());

        html.ShouldStartWith("<!DOCTYPE html>");
        html.ShouldNotContain("<script");
        html.ShouldNotContain("http");
        html.ShouldContain("<title>Data platform scorecard 2026-Q2</title>");
    }

    [Fact]
    public async Task Names_are_text_and_never_markup()
    {
        var scorecard = await new MadeUpPlatform { Teams = ["<script>alert('x')</script>"] }.ComposeAsync();

        (await ScorecardHtml.BodyAsync(scorecard)).ShouldNotContain("<script");
    }

    [Fact]
    public async Task Every_status_has_a_word_beside_its_shape()
    {
        var html = await ScorecardHtml.BodyAsync(await new MadeUpPlatform().ComposeAsync());

        Regex.Count(html, """<span class="status [a-z-]+">""").ShouldBe(
            Regex.Count(html, """<span class="status [a-z-]+"><svg class="status-mark.*?</svg>[A-Z]""", RegexOptions.Singleline));
    }

    [Theory]
    [InlineData("2026-Q2", "No Sev 1 incident was resolved in this quarter.")]
    [InlineData("2026-05", "No Sev 1 incident was resolved in this month.")]
    [InlineData("2026-Q3", "No Sev 1 incident was resolved so far in this quarter.")]
    public async Task Where_nothing_happened_a_sentence_says_so(string period, string sentence)
    {
        var platform = new MadeUpPlatform { Period = period, Knows = (kpi, _) => kpi.Id != "mttr_sev1" };

        var html = await ScorecardHtml.BodyAsync(await platform.ComposeAsync());

        html.ShouldContain(sentence);
        html.ShouldContain("No chart: there is no value in the last 8 periods.");
    }

    [Fact]
    public async Task A_reason_of_the_evaluator_is_shown()
    {
        var platform = new MadeUpPlatform
        {
            Adjust = row => row.Kpi.Id != "incident_rate" ? row
                : row with { Value = null, Status = KpiStatus.NoData, Reason = "Incidents of canonical/demo end on 2026-05-01." },
        };

        (await ScorecardHtml.BodyAsync(await platform.ComposeAsync())).ShouldContain("Incidents of canonical/demo end on 2026-05-01.");
    }

    [Fact]
    public async Task The_interval_is_shown_below_one_hundred_observations_and_not_above()
    {
        var platform = new MadeUpPlatform
        {
            Adjust = row => row with { Value = 0.9, Lower = 0.8, Upper = 0.95, N = row.Group.Count == 0 ? 100 : 99 },
        };
        var text = new ScorecardText(await platform.ComposeAsync(), new ScorecardStyle());
        var kpi = (await platform.ComposeAsync()).Kpis[0];

        text.Interval(kpi.Total.Row).ShouldBeNull();
        text.Interval(kpi.Tiers[0].Row).ShouldBe("80.0 – 95.0 %");
    }

    [Theory]
    [InlineData("2026-Q2", "1 April – 30 June 2026")]
    [InlineData("2026-05", "1 – 31 May 2026")]
    [InlineData("2026-05-09", "9 May 2026")]
    [InlineData("2025-12-20/2026-01-11", "20 December 2025 – 10 January 2026")]
    public void A_period_is_written_by_its_first_and_last_day(string period, string days) =>
        ScorecardText.Days(Period.Parse(period, ReportingCalendar.Utc)).ShouldBe(days);
}
