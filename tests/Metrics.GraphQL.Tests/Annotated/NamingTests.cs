using System.Reflection;
using Metrics.GraphQL.Annotated;

namespace Metrics.GraphQL.Tests.Annotated;

public class NamingTests
{
    [Theory]
    [InlineData(nameof(Members.GetKpisAsync), "kpis")]
    [InlineData(nameof(Members.Get), "get")]
    [InlineData(nameof(Members.Getaway), "getaway")]
    [InlineData(nameof(Members.URLPath), "urlPath")]
    [InlineData(nameof(Members.ID), "id")]
    [InlineData(nameof(Members.Renamed), "other")]
    public void Members_lose_Get_and_Async_and_begin_small(string member, string expected) =>
        Naming.Member(typeof(Members).GetMember(member)[0]).ShouldBe(expected);

    [Theory]
    [InlineData(nameof(Values.AtRisk), "AT_RISK")]
    [InlineData(nameof(Values.HTTPError), "HTTP_ERROR")]
    [InlineData(nameof(Values.Day2), "DAY2")]
    [InlineData(nameof(Values.Already_There), "ALREADY_THERE")]
    [InlineData(nameof(Values.Renamed), "other")]
    public void Enum_values_are_upper_snake_case(string value, string expected) =>
        Naming.EnumValue(typeof(Values).GetField(value, BindingFlags.Public | BindingFlags.Static)!).ShouldBe(expected);

    public static class Members
    {
        public static int URLPath => 1;

        public static int ID => 1;

        [GraphQLName("other")]
        public static int Renamed => 1;

        public static int GetKpisAsync() => 1;

        public static int Get() => 1;

        public static int Getaway() => 1;
    }

    public enum Values
    {
        AtRisk,
        HTTPError,
        Day2,
        Already_There,
        [GraphQLName("other")]
        Renamed,
    }
}
