using System.Globalization;
using System.Text;
using Metrics.Kpis;
using Metrics.Model;

namespace Metrics.Tests.Kpis;

/// <summary>Groups of fewer than five people are not shown, and cannot be computed from what is.</summary>
public sealed class SuppressionTests
{
    private const string Kpi = "voluntary_attrition";
    private const string Reason = "Suppressed: fewer than 5 people, here or in a group that this would reveal.";

    private const string Company = """
        # teams
        team,domain
        a,sales
        b,sales
        c,sales
        d,ops
        # team_months
        month,team,headcount_start,headcount_end,voluntary_leavers
        2026-04,a,3,3,1
        2026-04,b,6,6,0
        2026-04,c,10,10,1
        2026-04,d,8,8,0
        2026-05,a,3,3,0
        2026-05,b,6,6,1
        2026-05,c,10,10,0
        2026-05,d,8,8,0
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_small_group_takes_the_smallest_other_with_it_so_that_the_total_less_the_rest_does_not_reveal_it()
    {
        await using var example = await Example.OfAsync(Company);

        var byTeam = await example.ByAsync(Kpi, Dimension.Team);

        byTeam.ToDictionary(t => t.Key, t => t.Value.Suppressed)
            .ShouldBe(new Dictionary<string, bool> { ["a"] = true, ["b"] = true, ["c"] = false, ["d"] = false });
        var a = byTeam["a"];
        (a.Value, a.Numerator, a.Denominator, a.N, a.Excluded, a.Status, a.Reason, a.Unattributed)
            .ShouldBe((null, null, null, 0, 0, KpiStatus.NoData, Reason, null));
        byTeam["c"].ShouldBeRatio(12, 20);
        (await example.TotalAsync(Kpi)).ShouldBeRatio(36, 54);
        (await example.ByAsync(Kpi, Dimension.Domain))["sales"].ShouldBeRatio(36, 38);
    }

    [Fact]
    public async Task A_filter_a_shorter_period_and_the_evidence_do_not_show_it_either()
    {
        await using var example = await Example.OfAsync(Company);

        (await example.RowsAsync(Kpi, where: (Dimension.Team, "a"))).Single().Suppressed.ShouldBeTrue();
        (await example.RowsAsync(Kpi, by: [Dimension.Domain, Dimension.Team], where: (Dimension.Domain, "sales")))
            .Select(r => r.Suppressed).ShouldBe([true, true, false]);
        (await example.RowsAsync(Kpi, grain: Grain.Month, by: [Dimension.Team])).Where(r => r.N > 0).Select(r => r.Group[Dimension.Team])
            .ShouldBe(["c", "d", "c", "d"]);
        (await example.ByAsync(Kpi, Dimension.Team, "2026-Q3")).ShouldBeEmpty();

        // Every record counts in the total; of those that must not be shown nothing else is said.
        var evidence = await example.EvidenceAsync(Kpi);
        evidence.Count(o => o.Suppressed).ShouldBe(4);
        evidence.Where(o => o.Suppressed).ShouldAllBe(o =>
            o.Numerator == null && o.Denominator == null && o.Value == null && o.Note == null && o.Record == null && o.Cell == new Cell()
            && o.At == new DateTimeOffset(2026, 4, 1, 0, 0, 0, TimeSpan.Zero));
        evidence.Where(o => !o.Suppressed).Select(o => o.Cell.Team).ShouldBe(["c", "d", "c", "d"], ignoreOrder: true);
        (await example.Database.Evaluator.EvidenceAsync(
            Kpi, Period.Parse(Example.Quarter, ReportingCalendar.Utc), new Dictionary<Dimension, string?> { [Dimension.Team] = "a" }, Cancellation))
            .ShouldBeEmpty();
    }

    [Theory]
    [InlineData("c,d", "", "12/36")]
    [InlineData("c", "", "12/20")]
    [InlineData("b,c", "", "")]
    [InlineData("a", "", "")]
    [InlineData("a,b,c", "", "")]
    [InlineData("", "sales", "36/38")]
    [InlineData("d", "sales", "36/54")]
    [InlineData("b", "sales", "36/38")]
    [InlineData("b", "ops", "")]
    public async Task Who_sees_some_teams_only_is_shown_their_sum_where_it_is_one_of_figures_that_are_shown(string teams, string domains, string ratio)
    {
        await using var example = await Example.OfAsync(Company);
        var limit = new RowLimit([.. teams.Split(',', StringSplitOptions.RemoveEmptyEntries)], [.. domains.Split(',', StringSplitOptions.RemoveEmptyEntries)]);
        var limited = example.Database.Evaluator.Within(limit);
        var quarter = Period.Parse(Example.Quarter, ReportingCalendar.Utc);

        var total = (await limited.EvaluateAsync(new KpiRequest(quarter) { Kpis = [Kpi] }, Cancellation)).Single();
        var byTeam = await limited.EvaluateAsync(new KpiRequest(quarter) { Kpis = [Kpi], By = [Dimension.Team] }, Cancellation);

        (total.Suppressed ? "" : FormattableString.Invariant($"{total.Numerator:0}/{total.Denominator:0}")).ShouldBe(ratio);
        byTeam.Select(r => (r.Group[Dimension.Team], r.Suppressed)).ShouldBe(
            new[] { "a", "b", "c", "d" }.Where(t => limit.Allows(t, t == "d" ? "ops" : "sales")).Select(t => ((string?)t, t is "a" or "b")));
        (await limited.EvidenceAsync(Kpi, quarter, new Dictionary<Dimension, string?>(), Cancellation)).Any(o => o.Cell.Team is "a" or "b").ShouldBeFalse();
    }

    [Fact]
    public async Task Where_everybody_together_is_fewer_than_five_nothing_is_shown()
    {
        await using var example = await Example.OfAsync(
            "# team_months\nmonth,team,headcount_start,headcount_end,voluntary_leavers\n2026-04,a,2,2,1\n2026-04,b,3,2,1");

        (await example.TotalAsync(Kpi)).Suppressed.ShouldBeTrue();
        (await example.EvidenceAsync(Kpi)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Five_are_enough()
    {
        await using var example = await Example.OfAsync(
            "# team_months\nmonth,team,headcount_start,headcount_end,voluntary_leavers\n2026-04,a,4,6,1\n2026-04,b,5,5,0");

        (await example.ByAsync(Kpi, Dimension.Team)).Values.ShouldAllBe(r => !r.Suppressed);
    }

    [Fact]
    public async Task A_month_in_which_a_team_was_small_is_not_told_by_its_quarter()
    {
        await using var example = await Example.OfAsync(Company + """

            2026-06,a,9,9,0
            2026-06,b,6,6,0
            2026-06,c,10,10,0
            2026-06,d,8,8,0
            """);

        // In June a is large enough; a quarter with April and May in it still tells of three people.
        (await example.ByAsync(Kpi, Dimension.Team, "2026-06"))["a"].ShouldBeRatio(0, 9);
        (await example.ByAsync(Kpi, Dimension.Team))["a"].Suppressed.ShouldBeTrue();
    }

    [Fact]
    public async Task A_comparison_with_a_period_that_is_not_shown_is_not_shown()
    {
        await using var example = await Example.OfAsync(Company + """

            2026-06,a,9,9,0
            2026-06,b,6,6,0
            2026-06,c,10,10,0
            2025-06,b,3,3,1
            2025-06,c,10,10,0
            """);

        var b = (await example.ByAsync(Kpi, Dimension.Team, "2026-06"))["b"];
        (b.Value, b.Previous, b.YearAgo, b.Change).ShouldBe((0, null, null, null));
        (await example.ByAsync(Kpi, Dimension.Team, "2026-06"))["c"].Previous.ShouldBe(0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task No_figure_of_a_small_group_can_be_computed_from_all_that_any_request_shows(int seed)
    {
        var random = new Random(seed);
        string[] teams = ["a", "b", "c", "d", "e"];
        var domains = teams.ToDictionary(t => t, _ => random.Next(3) switch { 0 => "x", 1 => "y", _ => "" });
        string[] groups = ["finance", "sales", "ops"];
        var people = new Known();
        var answers = new Known();
        var text = new StringBuilder("# teams\nteam,domain\n").AppendJoin('\n', teams.Select(t => $"{t},{domains[t]}"))
            .Append("\n# team_months\nmonth,team,headcount_start,headcount_end,voluntary_leavers\n");
        foreach (var month in (int[])[1, 2, 3, 4, 5, 6])
        {
            foreach (var team in teams.Where(_ => random.Next(6) > 0))
            {
                var headcount = random.Next(2) == 0 ? random.Next(1, 7) : random.Next(4, 15);
                text.Append(CultureInfo.InvariantCulture, $"2026-{month:00},{team},{headcount},{headcount},{random.Next(2)}\n");
                people.Add(month, new Cell { Team = team, Domain = domains[team] is "" ? null : domains[team] }, headcount);
            }
        }

        text.Append("# survey_responses\nsurvey,response_id,responded_at,stakeholder_group,team,score,scale_max\n");
        for (var i = 0; i < 90; i++)
        {
            var (month, team, group) = (random.Next(1, 7), teams[random.Next(random.Next(1, 6))], groups[random.Next(random.Next(1, 4))]);
            text.Append(CultureInfo.InvariantCulture, $"s,r{i},2026-{month:00}-10T00:00:00Z,{group},{team},{random.Next(1, 6)},5\n");
            answers.Add(month, new Cell { Team = team, Domain = domains[team] is "" ? null : domains[team], StakeholderGroup = group }, 1);
        }

        await using var example = await Example.OfAsync(text.ToString());
        (await CheckAsync(example, Kpi, people, months: 1)).ShouldBeGreaterThan(0);
        (await CheckAsync(example, "stakeholder_satisfaction", answers, months: 3)).ShouldBeGreaterThan(0);
    }

    /// <summary>Collects every figure of every request as an equation over records, and looks whether the equations determine one that
    /// nobody may know. Returns how many of those there were.</summary>
    private static async Task<int> CheckAsync(Example example, string kpi, Known known, int months)
    {
        var definition = example.Database.Kpis[kpi];
        var choices = definition.Dimensions.ToDictionary(d => d, d => known.Cells.Select(c => c.Values(d)[0]).Distinct().ToList());
        string[] periods = ["2026-Q1", "2026-Q2", "2026", .. months == 1 ? Enumerable.Range(1, 6).Select(m => $"2026-{m:00}") : []];
        var equations = new Equations(known.Count);
        foreach (var period in periods)
        {
            foreach (var (by, where) in Requests(choices))
            {
                foreach (var row in await example.RowsAsync(kpi, period, by: by, where: [.. where.Select(w => (w.Key, w.Value))]))
                {
                    var group = row.Group.Concat(where).DistinctBy(g => g.Key).ToDictionary();
                    if (!row.Suppressed && row.N > 0) equations.Learn(known.Vector(First(period), Length(period), group));
                    if (row.Previous is not null && Length(period) < 12) equations.Learn(known.Vector(First(period) - Length(period), Length(period), group));
                }
            }

            foreach (var o in (await example.EvidenceAsync(kpi, period)).Where(o => !o.Suppressed))
                equations.Learn(known.Vector(First(period), Length(period), definition.Dimensions.ToDictionary(d => d, d => o.Cell.Values(d)[0])));
        }

        var secrets = 0;
        foreach (var period in periods.Where(p => Length(p) <= 3))
        {
            foreach (var (_, group) in Requests(choices).Where(r => r.By.Length == 0))
            {
                var size = known.People(First(period), Length(period), group, mean: months == 1);
                if (size is 0 or >= 5) continue;
                secrets++;
                equations.Determine(known.Vector(First(period), Length(period), group))
                    .ShouldBeFalse($"{kpi} {period} {string.Join(' ', group)}: {size} people can be told");
            }
        }

        return secrets;

        static int First(string period) => period switch { "2026-Q1" or "2026" => 1, "2026-Q2" => 4, _ => int.Parse(period[5..], CultureInfo.InvariantCulture) };
        static int Length(string period) => period switch { "2026-Q1" or "2026-Q2" => 3, "2026" => 12, _ => 1 };
    }

    /// <summary>Every choice of values of some dimensions as a filter, and every set of the others to break it down by.</summary>
    private static IEnumerable<(Dimension[] By, Dictionary<Dimension, string?> Where)> Requests(Dictionary<Dimension, List<string?>> choices)
    {
        IEnumerable<(Dimension[] By, Dictionary<Dimension, string?> Where)> requests = [([], [])];
        foreach (var (dimension, values) in choices)
        {
            requests = requests.SelectMany(r => new[] { r, ([.. r.By, dimension], r.Where) }
                .Concat(values.Select(v => (r.By, new Dictionary<Dimension, string?>(r.Where) { [dimension] = v })))).ToList();
        }

        return requests;
    }

    /// <summary>The records as the test knows them.</summary>
    private sealed class Known
    {
        private readonly List<(int Month, Cell Cell, int People)> records = [];

        public int Count => records.Count;

        public IEnumerable<Cell> Cells => records.Select(r => r.Cell);

        public void Add(int month, Cell cell, int people) => records.Add((month, cell, people));

        public double[] Vector(int first, int length, Dictionary<Dimension, string?> group) =>
            [.. records.Select(r => Is(r.Month, r.Cell, first, length, group) ? 1.0 : 0.0)];

        /// <param name="mean">Over the months in which there is a record.</param>
        public double People(int first, int length, Dictionary<Dimension, string?> group, bool mean)
        {
            var inside = records.Where(r => Is(r.Month, r.Cell, first, length, group)).ToList();
            return inside.Count == 0 ? 0 : inside.Sum(r => r.People) / (mean ? (double)inside.Select(r => r.Month).Distinct().Count() : 1);
        }

        private static bool Is(int month, Cell cell, int first, int length, Dictionary<Dimension, string?> group) =>
            month >= first && month < first + length && group.All(g => cell.Values(g.Key)[0] == g.Value);
    }

    /// <summary>Linear equations in many unknowns, by Gauss and Jordan.</summary>
    private sealed class Equations(int unknowns)
    {
        private readonly List<(int Pivot, double[] Row)> rows = [];

        public void Learn(double[] row)
        {
            Reduce(row);
            var pivot = Enumerable.Range(0, unknowns).MaxBy(i => Math.Abs(row[i]));
            if (unknowns == 0 || Math.Abs(row[pivot]) < 1e-6) return;
            var scale = row[pivot];
            for (var i = 0; i < unknowns; i++) row[i] /= scale;
            foreach (var (_, other) in rows)
            {
                var times = other[pivot];
                if (times != 0) for (var i = 0; i < unknowns; i++) other[i] -= times * row[i];
            }

            rows.Add((pivot, row));
        }

        public bool Determine(double[] row)
        {
            Reduce(row);
            return row.All(v => Math.Abs(v) < 1e-6);
        }

        private void Reduce(double[] row)
        {
            foreach (var (pivot, known) in rows)
            {
                var times = row[pivot];
                if (times != 0) for (var i = 0; i < unknowns; i++) row[i] -= times * known[i];
            }
        }
    }
}
