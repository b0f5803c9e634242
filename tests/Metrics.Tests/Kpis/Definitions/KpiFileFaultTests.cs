using Metrics.Kpis.Definitions;

namespace Metrics.Tests.Kpis.Definitions;

public sealed class KpiFileFaultTests
{
    [Fact]
    public void The_products_own_files_have_none() =>
        KpiLibrary.Load(Path.Combine(Repository.Root, "queries", "kpis")).Definitions.Count.ShouldBeGreaterThan(9);

    [Fact]
    public void A_valid_file_is_read()
    {
        var kpi = KpiSamples.Valid;

        (kpi.Id, kpi.MinSample, kpi.Tolerance.Amount, kpi.Targets.Count, kpi.Companion).ShouldBe(("sample", 1, 0.01m, 2, false));
        kpi.Sql.ShouldStartWith("select detected_at");
    }

    [Theory]
    [InlineData("id: sample", "id: Sample", 2, "id is \"Sample\"; it must be lower-case words joined by underscores")]
    [InlineData("id: sample", "id: other", 2, "id is \"other\" and the file is sample.sql; they must be the same")]
    [InlineData("name: Sample", "", 1, "name is missing")]
    [InlineData("name: Sample", "name: []", 3, "name must be a text")]
    [InlineData("category: RELIABILITY", "category: Reliable", 4, "category is \"Reliable\"; allowed are RELIABILITY, QUALITY, DELIVERY, COST, GOVERNANCE, PEOPLE")]
    [InlineData("kind: ratio", "kind: average", 6, "kind is \"average\"; allowed are ratio, state, median, p90, mean, rate, sum, unit_cost")]
    [InlineData("unit: ratio", "unit: furlongs", 7, "unit is \"furlongs\"; allowed are ratio, hours, days, business_days, per_month, score, money_per_unit, count")]
    [InlineData("better: higher", "better: bigger", 8, "better is \"bigger\"; allowed are higher, lower")]
    [InlineData("tolerance: 0.01", "min_sample: 0", 9, "min_sample is \"0\"; it must be a whole number of at least 1")]
    [InlineData("tolerance: 0.01", "companion: yes", 9, "companion is \"yes\"; allowed are true, false")]
    [InlineData("tolerance: 0.01", "colour: red", 9, "\"colour\" is not a key of a KPI file; allowed are better, category, companion, companions, defaults, description, dimensions, formula, grains, id, interval, judged_on, kind, lookback, min_group, min_sample, name, owner, reads, targets, targets_met_of, tiers, tolerance, unit")]
    [InlineData("tolerance: 0.01", "tolerance: some", 9, "tolerance: 'some' is not a tolerance. Write 0 or more in the KPI's unit, a ratio as a fraction ('0.01'), or a share of the target ('10 %').")]
    [InlineData("grains: [day, month, quarter]", "grains: [fortnight]", 11, "grains names \"fortnight\"; allowed are day, week, month, quarter, year")]
    [InlineData("grains: [day, month, quarter]", "grains: day", 11, "grains must be a list, such as [a, b]")]
    [InlineData("dimensions: [tier]", "dimensions: [planet]", 12, "dimensions names \"planet\"; allowed are tier, team, domain, dataset, data_product, pipeline, severity, service, unit, measure, stakeholder_group")]
    [InlineData("targets: { tier0: \"> 0.99\",", "targets: { tier9: \"> 0.99\",", 13, null)]
    [InlineData("targets: { tier0: \"> 0.99\",", "targets: { tier0: \"< 0.99\",", 13, "targets.tier0: The target '< 0.99' asks for lower values, but higher ones are better for this KPI. Turn the operator round, or correct 'better'.")]
    [InlineData("targets: { tier0: \"> 0.99\",", "targets: { tier0: 0.99,", 13, null)]
    [InlineData("stretch: 0.99", "stretch: 0.9", 13, "targets.tier1: The stretch 0.9 is worse than the target '> 0.97'. Give a stretch that is at least the target.")]
    [InlineData("stretch: 0.99", "stretch: much", 13, null)]
    [InlineData("dimensions: [tier]", "dimensions: [team]", 13, null)]
    [InlineData("dimensions: [tier]", "dimensions: [tier]\ncompanion: true", 14, "a companion has no targets; remove them, or companion: true")]
    [InlineData("kind: ratio", "kind: rate", 7, "a rate is measured per_month, not in ratio")]
    [InlineData("select detected_at", "update incident set title = '' where detected_at", 17, "the SQL begins with \"update\"; it must be one SELECT, or WITH … SELECT")]
    [InlineData("< @to", "< @until", 18, "@until is not a parameter; there are @from, @to, @now, @zone, @at")]
    [InlineData("< @to", "< @to;", 18, "\";\" ends a statement; a KPI file holds one SELECT and no semicolon")]
    [InlineData("< @to", "< @to)", 18, "\")\" closes a parenthesis that was never opened")]
    [InlineData("< @to", "< (@to", 18, "1 parenthesis is not closed")]
    [InlineData("< @to", "< 'then", 18, "the SQL cannot be read: what begins with ' does not end")]
    [InlineData("< @to", "< @to and title = pg_read_file('x')", 18, "\"pg_read_file\" is not for KPI files: they read the fact views and nothing of the server")]
    [InlineData("< @to", "< @to and @at > @now", 18, "@at is for KPIs of kind state; use @from, @to and @now")]
    [InlineData("/* ---", "---", 1, "the file must begin with \"/* ---\", the front matter in YAML, and \"--- */\"")]
    [InlineData("--- */", "---", 1, "the front matter that begins with \"/* ---\" does not end with \"--- */\"")]
    [InlineData("name: Sample", "name: [", 1, "the front matter is not valid YAML: a list or mapping is not closed")]
    public void A_fault_is_named_with_its_line(string good, string bad, int line, string? message)
    {
        KpiSamples.Text.ShouldContain(good);

        var faults = Should.Throw<KpiFilesException>(() => KpiLibrary.Load([(KpiSamples.File, KpiSamples.Text.Replace(good, bad, StringComparison.Ordinal))])).Faults;

        faults.ShouldContain(f => f.Line == line && (message == null || f.Message == message), string.Join('\n', faults));
    }

    [Fact]
    public void All_faults_of_all_files_are_reported_at_once_with_file_and_line()
    {
        var other = KpiSamples.Text.Replace("id: sample", "id: other\ncompanions: [nobody]", StringComparison.Ordinal);

        Should.Throw<KpiFilesException>(() => KpiLibrary.Load(
        [
            ("queries/kpis/sample.sql", KpiSamples.Text.Replace("better: higher", "better: bigger", StringComparison.Ordinal).Replace("@to", "@until", StringComparison.Ordinal)),
            ("queries/kpis/empty.sql", ""),
            ("queries/kpis/other.sql", other.Replace("grains", "grain", StringComparison.Ordinal)),
        ])).Message.ShouldBe(string.Join(Environment.NewLine,
            "queries/kpis/empty.sql:1: the file must begin with \"/* ---\", the front matter in YAML, and \"--- */\"",
            "queries/kpis/other.sql:1: grains is missing",
            "queries/kpis/other.sql:12: \"grain\" is not a key of a KPI file; allowed are better, category, companion, companions, defaults, description, dimensions, formula, grains, id, interval, judged_on, kind, lookback, min_group, min_sample, name, owner, reads, targets, targets_met_of, tiers, tolerance, unit",
            "queries/kpis/sample.sql:8: better is \"bigger\"; allowed are higher, lower",
            "queries/kpis/sample.sql:17: the SQL must use @to: where at >= @from and at < @to",
            "queries/kpis/sample.sql:18: @until is not a parameter; there are @from, @to, @now, @zone, @at"));
    }

    [Fact]
    public void A_companion_must_exist_and_say_that_it_is_one()
    {
        var text = KpiSamples.Text.Replace("id: sample", "id: sample\ncompanions: [sample, nobody]", StringComparison.Ordinal);

        Should.Throw<KpiFilesException>(() => KpiLibrary.Load([(KpiSamples.File, text)])).Faults.Select(f => f.Message).ShouldBe(
            ["companions names \"sample\", which does not say companion: true", "companions names \"nobody\", which does not exist"]);
    }
}
