using Metrics.Kpis;

namespace Metrics.Tests.Kpis;

public sealed class MixShiftTests
{
    [Fact]
    public void The_same_datasets_and_the_others_add_up_to_the_change()
    {
        // Before: a 90/100, b 50/100 in Tier 1, left 10/50. 150/250 = 0.6. Now: a 95/100, b 80/100 in Tier 0, entered 40/40. 215/240.
        var before = Parts(("a", 0, 90, 100), ("b", 1, 50, 100), ("left", 1, 10, 50));
        var now = Parts(("a", 0, 95, 100), ("b", 0, 80, 100), ("entered", 2, 40, 40));

        var shift = MixShift.Of(now, before)!;

        // The same: only a. 0.95 - 0.90 = 0.05; the change is 215/240 - 150/250 = 0.2958333.
        shift.SameDatasets.ShouldBe(0.05, 1e-12);
        shift.Change.ShouldBe((215.0 / 240) - 0.6, 1e-12);
        shift.Composition.ShouldBe((215.0 / 240) - 0.6 - 0.05, 1e-12);
        (shift.Same, shift.Entered, shift.Left, shift.ChangedTier).ShouldBe((1, 1, 1, 1));
    }

    [Fact]
    public void Where_every_dataset_is_the_same_there_is_no_composition()
    {
        var shift = MixShift.Of(Parts(("a", 0, 9, 10), ("b", 1, 1, 10)), Parts(("a", 0, 5, 10), ("b", 1, 1, 30)))!;

        (shift.Change, shift.Composition).ShouldBe((shift.SameDatasets, 0));
    }

    [Fact]
    public void Where_none_is_the_same_all_is_composition_and_without_a_ratio_there_is_nothing_to_split()
    {
        MixShift.Of(Parts(("a", 0, 9, 10)), Parts(("b", 0, 5, 10)))!.SameDatasets.ShouldBe(0);
        MixShift.Of(Parts(("a", 0, 9, 10)), Parts()).ShouldBeNull();
    }

    private static List<(IReadOnlyList<(string Id, int? Tier)> Datasets, Aggregate Sum)> Parts(params (string Id, int Tier, int Numerator, int Denominator)[] parts) =>
        parts.Select(p => ((IReadOnlyList<(string, int?)>)[(p.Id, p.Tier)], new Aggregate { Numerator = p.Numerator, Denominator = p.Denominator, N = p.Denominator })).ToList();
}
