using Metrics.GraphQL.Types;

namespace Metrics.GraphQL.Tests.Annotated;

public class AnnotatedSchemaTests
{
    [Fact]
    public void The_shop_becomes_this_schema()
    {
        using var server = new ShopServer();
        server.Schema.ToSdl().ShouldBe(ExpectedSdl);
    }

    private const string ExpectedSdl = "?";
}
