namespace Metrics.Tests;

public class HouseTests
{
    [Fact]
    public void One_and_one_is_two() => (1 + 1).ShouldBe(2);
}
