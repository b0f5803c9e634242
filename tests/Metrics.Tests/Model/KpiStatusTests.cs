using System.Text.Json;
using Metrics.Model;

namespace Metrics.Tests.Model;

public sealed class KpiStatusTests
{
    [Theory]
    [InlineData("MET MISSED AT_RISK", "MISSED")]
    [InlineData("MET AT_RISK WORSENED", "AT_RISK")]
    [InlineData("WORSENED INSUFFICIENT_DATA", "WORSENED")]
    [InlineData("INSUFFICIENT_DATA NO_DATA", "INSUFFICIENT_DATA")]
    [InlineData("EXCEEDED NO_DATA MET", "NO_DATA")]
    [InlineData("STEADY MET IMPROVED EXCEEDED", "STEADY")]
    [InlineData("IMPROVED MET", "MET")]
    [InlineData("IMPROVED EXCEEDED", "IMPROVED")]
    [InlineData("EXCEEDED NO_TARGET NOT_DEFINED", "EXCEEDED")]
    [InlineData("NOT_DEFINED NO_TARGET", "NO_TARGET")]
    [InlineData("NOT_DEFINED", "NOT_DEFINED")]
    public void The_worst_speaks_for_all_and_unknown_is_never_green(string statuses, string worst) =>
        KpiStatuses.Worst(statuses.Split(' ').Select(KpiStatuses.Parse)).Spelling.ShouldBe(worst);

    [Fact]
    public void Of_none_nothing_is_known() => KpiStatuses.Worst([]).ShouldBe(KpiStatus.NoData);

    [Fact]
    public void Each_has_a_word_and_a_shape_of_its_own()
    {
        var statuses = Enum.GetValues<KpiStatus>();

        statuses.Select(status => status.Word).ShouldBeUnique();
        statuses.Select(status => status.Shape).ShouldBeUnique();
        statuses.Select(status => status.Shape.Length).ShouldBe(statuses.Select(_ => 1));
    }

    [Fact]
    public void Json_spells_it_as_everything_else_does()
    {
        foreach (var status in Enum.GetValues<KpiStatus>())
        {
            JsonSerializer.Serialize(status).ShouldBe($"\"{status.Spelling}\"");
            JsonSerializer.Deserialize<KpiStatus>($"\"{status.Spelling}\"").ShouldBe(status);
            KpiStatuses.Parse(status.Spelling).ShouldBe(status);
        }
    }

    [Fact]
    public void An_unknown_spelling_is_refused_with_all_that_are_known() =>
        Should.Throw<FormatException>(() => KpiStatuses.Parse("GREEN")).Message.ShouldBe(
            "'GREEN' is not a status. Allowed: EXCEEDED, MET, AT_RISK, MISSED, IMPROVED, STEADY, WORSENED, NO_TARGET, NO_DATA, "
            + "INSUFFICIENT_DATA, NOT_DEFINED.");
}
