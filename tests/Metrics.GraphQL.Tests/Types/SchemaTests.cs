using Metrics.GraphQL.Types;

namespace Metrics.GraphQL.Tests.Types;

public class SchemaTests
{
    [Theory]
    [InlineData("type Query { a: Nope }", "1:17: Unknown type \"Nope\".")]
    [InlineData("type Query { a: Int a: Int }", "1:21: Field \"Query.a\" can only be defined once.")]
    [InlineData("type Query { a: Int } type Query { b: Int }", "1:28: There can be only one type named \"Query\".")]
    [InlineData("type Query { a: Int } extend union Query = Query", "1:23: Cannot extend type \"Query\": it is of another kind.")]
    [InlineData("type Query { a: Int @oneOf }", "1:21: Directive \"@oneOf\" may not be used on FIELD_DEFINITION.")]
    [InlineData("type A { a: Int }", "Query root type must be provided.")]
    [InlineData("type Query { a(x: Query): Int }", "1:19: The type of Query.a(x:) must be an input type but is Query.")]
    [InlineData("type Query implements I { a: Int } interface I { a: Int! }", "1:53: Interface field I.a expects type Int! but Query.a is type Int.")]
    [InlineData("type Query implements I { a: Int } interface I { b: Int }", "1:50: Interface field I.b expected but Query does not provide it.")]
    [InlineData("type Query { a(i: I): Int } input I { i: I! }", "1:39: Input Object I cannot be provided a finite value because it references itself through fields: I.i.")]
    [InlineData("type Query { a(i: I): Int } input I { a: I = {} }", "1:46: Invalid circular reference. The default value of input field I.a references itself.")]
    [InlineData("type Query { a(i: Int! @deprecated): Int }", "1:24: Required argument Query.a(i:) cannot be deprecated.")]
    [InlineData("type Query { a(i: Int = \"x\"): Int }", "1:25: Query.a(i:) has an invalid default value: Int cannot represent \"x\": expected a whole number from -2147483648 to 2147483647.")]
    [InlineData("type Query { a(o: O): Int } input O @oneOf { a: Int! b: Int = 1 }", "1:49: OneOf input field O.a must be nullable.")]
    [InlineData("type Query { __a: Int }", "1:14: Name \"__a\" must not begin with \"__\", which is reserved by GraphQL introspection.")]
    [InlineData("type Query { a: U } union U = Query | Query", "1:31: Union type U can only include type Query once.")]
    [InlineData("schema { query: Q mutation: Q } type Q { a: Int }", "1:17: All root types must be different, \"Q\" is used as Query and Mutation root types.")]
    [InlineData("type Query {", "1:13: Syntax Error: Expected Name, found <EOF>.")]
    public void What_is_no_schema_is_refused_with_place_and_coordinate(string sdl, string expected) =>
        Should.Throw<SchemaException>(() => Schema.FromSdl(sdl)).Message.ShouldContain($"- {expected}");

    [Fact]
    public void Extensions_are_part_of_their_types() => Schema.FromSdl("""
        type Query { a: E } extend type Query implements I { b: Int } interface I { b: Int }
        enum E { X } extend enum E { Y } extend schema @s directive @s on SCHEMA
        """).ToSdl().ShouldBe("""
        directive @s on SCHEMA

        type Query implements I {
          a: E
          b: Int
        }

        interface I {
          b: Int
        }

        enum E {
          X
          Y
        }
        """);

    [Theory]
    [InlineData("Query", "ObjectType")]
    [InlineData("Query.a", "FieldDefinition")]
    [InlineData("Query.a(x:)", "InputValue")]
    [InlineData("E.X", "EnumValue")]
    [InlineData("I.f", "InputValue")]
    [InlineData("@d", "DirectiveType")]
    [InlineData("@d(y:)", "InputValue")]
    [InlineData("Query.b", null)]
    [InlineData("Nope", null)]
    public void Coordinates_find_what_they_name(string coordinate, string? expected)
    {
        var schema = Schema.FromSdl("type Query { a(x: I): E } enum E { X } input I { f: Int } directive @d(y: Int) on FIELD");
        SchemaCoordinate.Resolve(schema, coordinate)?.GetType().Name.ShouldBe(expected);
        if (expected is null) SchemaCoordinate.Resolve(schema, coordinate).ShouldBeNull();
    }

    [Theory]
    [InlineData("Query.a(x)")]
    [InlineData("@d.x")]
    [InlineData("Query.nope(x:)")]
    [InlineData("")]
    public void What_is_no_coordinate_is_refused(string coordinate) =>
        Should.Throw<GraphQLException>(() => SchemaCoordinate.Resolve(Schema.FromSdl("type Query { a(x: Int): Int }"), coordinate));
}
