using Metrics.GraphQL.Annotated;
using Metrics.GraphQL.Types;

namespace Metrics.GraphQL.Tests.Annotated;

public class AnnotatedSchemaTests
{
    [Fact]
    public void The_shop_becomes_the_schema_of_shop_graphql()
    {
        using var server = new ShopServer();
        var sdl = server.Schema.ToSdl();
        // Left for whoever changes the shop on purpose, to compare and to copy.
        File.WriteAllText(Path.Combine(AppContext.BaseDirectory, "shop.actual.graphql"), sdl + "\n");
        var expected = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "shop.graphql")).TrimEnd('\n');
        (sdl == expected).ShouldBeTrue("shop.graphql and shop.actual.graphql differ");
    }

    [Fact]
    public void The_printed_schema_reads_back_as_itself()
    {
        using var server = new ShopServer();
        var sdl = server.Schema.ToSdl();
        Schema.FromSdl(sdl).ToSdl().ShouldBe(sdl);
    }

    [Fact]
    public void Faults_name_class_and_member_and_are_reported_together()
    {
        var exception = Should.Throw<SchemaException>(() => AnnotatedSchema.Build([typeof(BrokenQueries), typeof(BrokenFields)]));
        exception.Errors.Select(e => e.Message).ShouldBe(
        [
            "BrokenQueries.GetNothing: a field must return something. Return what was changed.",
            "BrokenQueries.GetShape: Shape is abstract. Annotate it with [InterfaceType] or [UnionType], or return a concrete type.",
            "BrokenQueries.GetOne: [UsePaging], [UseFiltering] and [UseSorting] need a list, best an IQueryable<T>.",
            "BrokenQueries.GetLoaded: no method is the DataLoader \"missing\". There are: .",
            "BrokenQueries.GetClient: HttpClient cannot be an argument. If it is a service, register it or mark it with [Service].",
            "BrokenQueries.GetTwiceAsync: there is already a field \"Query.twice\". Rename it with [GraphQLName].",
            "BrokenFields.GetX: [Parent] wrong is String, but the field stands on Circle.",
        ], ignoreOrder: true);
    }

    [Fact]
    public void A_fault_that_only_the_type_system_sees_names_the_member_too()
    {
        var exception = Should.Throw<SchemaException>(() => AnnotatedSchema.Build([typeof(ReservedQueries)]));
        exception.Message.ShouldBe("""
            The schema is invalid:
            - ReservedQueries.GetIt: Name "__it" must not begin with "__", which is reserved by GraphQL introspection.
            """);
    }

    [Fact]
    public void Methods_of_the_domain_that_return_nothing_are_no_fields() =>
        AnnotatedSchema.Build([typeof(CircleQueries)]).ToSdl().ShouldBe("""
            type Query {
              circle: Circle!
            }

            type Circle {
              radius: Float!
            }
            """);

    [QueryType]
    public static class CircleQueries
    {
        public static Circle GetCircle() => new(1);
    }

    public abstract record Shape;

    public sealed record Circle(double Radius)
    {
        public void Forget() => _ = Radius;
    }

    [QueryType]
    public static class BrokenQueries
    {
        public static Task GetNothing() => Task.CompletedTask;

        public static Shape? GetShape() => null;

        [UseFiltering]
        public static Circle GetOne() => new(1);

        public static Task<string?> GetLoaded(DataLoading.IDataLoader<int, string> missing) => missing.LoadAsync(1);

        public static int GetClient(HttpClient client) => client.GetHashCode();

        public static int Twice() => 2;

        public static Task<int> GetTwiceAsync() => Task.FromResult(2);
    }

    [ExtendObjectType<Circle>]
    public static class BrokenFields
    {
        public static int GetX([Parent] string wrong) => wrong.Length;
    }

    [QueryType]
    public static class ReservedQueries
    {
        [GraphQLName("__it")]
        public static int GetIt() => 1;
    }
}
