using System.Collections.Immutable;
using System.Globalization;
using Metrics.Storage.Catalogue;

namespace Metrics.Tests.Storage.Catalogue;

public sealed class CatalogueHistoryTests
{
    private static readonly string[] Precedence = ["canonical", "dbt"];

    [Fact]
    public void A_first_snapshot_holds_since_ever_and_a_different_value_from_its_own_time() =>
        Text(Snapshot("dbt", 5, "tier=1"), Snapshot("dbt", 9, "tier=0")).ShouldBe("..9 tier=1 | 9.. tier=0");

    [Fact]
    public void A_snapshot_that_repeats_what_is_known_makes_no_version() =>
        Text(Snapshot("dbt", 5, "tier=1"), Snapshot("dbt", 7, "tier=1"), Snapshot("dbt", 9, "tier=0")).ShouldBe("..9 tier=1 | 9.. tier=0");

    [Fact]
    public void The_first_sight_of_an_attribute_holds_since_ever_even_if_it_comes_later() =>
        Text(Snapshot("dbt", 5, "tier=1"), Snapshot("dbt", 9, "tier=1", "team=crm")).ShouldBe(".. team=crm tier=1");

    [Fact]
    public void An_attribute_that_is_taken_away_ends_with_the_snapshot_that_lacks_it() =>
        Text(Snapshot("dbt", 5, "tier=1", "team=crm"), Snapshot("dbt", 9, "tier=1")).ShouldBe("..9 team=crm tier=1 | 9.. tier=1");

    [Fact]
    public void What_disappears_ends_and_may_return() =>
        Text(Snapshot("dbt", 5, "tier=1"), Gone("dbt", 7), Snapshot("dbt", 9, "tier=1")).ShouldBe("..7 tier=1 | 9.. tier=1");

    [Fact]
    public void What_was_never_there_has_no_version() => Text(Gone("dbt", 5)).ShouldBe("");

    [Fact]
    public void An_exact_version_holds_whole_from_its_time_until_the_next() =>
        Text(Exact("canonical", null, "tier=2", "team=crm"), Exact("canonical", 9, "tier=0")).ShouldBe("..9 team=crm tier=2 | 9.. tier=0");

    [Fact]
    public void Before_the_first_exact_version_there_is_nothing() =>
        Text(Exact("canonical", 5, "tier=2")).ShouldBe("5.. tier=2");

    [Fact]
    public void Per_attribute_the_source_of_highest_precedence_decides() =>
        Text(Exact("canonical", null, "tier=2"), Snapshot("dbt", 5, "tier=1", "team=crm")).ShouldBe(".. team=crm tier=2");

    [Fact]
    public void A_source_of_lower_precedence_speaks_where_the_others_are_silent() =>
        Text(Exact("canonical", 7, "tier=2"), Snapshot("dbt", 5, "tier=1"), Snapshot("unheard of", 5, "tier=0", "team=x"))
            .ShouldBe("..7 team=x tier=1 | 7.. team=x tier=2");

    [Fact]
    public void The_order_in_which_assertions_arrive_cannot_matter()
    {
        Assertion[] assertions =
        [
            Snapshot("dbt", 5, "tier=1"), Snapshot("dbt", 9, "tier=0", "team=crm"), Gone("dbt", 7),
            Exact("canonical", 6, "domain=sales"), Exact("canonical", null, "domain=crm"),
        ];

        foreach (var permutation in Permutations(assertions))
            Text(permutation).ShouldBe(Text(assertions));
    }

    private static IEnumerable<Assertion[]> Permutations(Assertion[] all) => all.Length <= 1
        ? [all]
        : all.SelectMany((first, i) => Permutations([.. all[..i], .. all[(i + 1)..]]).Select(rest => (Assertion[])[first, .. rest]));

    private static string Text(params Assertion[] assertions) =>
        string.Join(" | ", CatalogueHistory.Derive(assertions, Precedence).Select(v =>
            $"{v.From?.Day}..{v.To?.Day} {string.Join(' ', v.Attributes.Select(a => $"{a.Key}={a.Value}"))}"));

    private static Assertion Snapshot(string source, int day, params string[] attributes) => new(source, "", false, Day(day), true, Of(attributes), 1);

    private static Assertion Gone(string source, int day) => new(source, "", false, Day(day), false, Of([]), 1);

    private static Assertion Exact(string source, int? day, params string[] attributes) =>
        new(source, "", true, day is { } known ? Day(known) : null, true, Of(attributes), 1);

    private static DateTime Day(int day) => DateTime.ParseExact($"2026-05-{day:00}Z", "yyyy-MM-ddK", CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);

    private static ImmutableSortedDictionary<string, string> Of(string[] attributes) =>
        attributes.Select(a => a.Split('=')).ToImmutableSortedDictionary(a => a[0], a => a[1], StringComparer.Ordinal);
}
