// What ArchitectureTests must find: a lower part that uses an upper one, in every way a type can be used.
using Metrics.Tests.Sample.Upper;

namespace Metrics.Tests.Sample.Upper
{
    [AttributeUsage(AttributeTargets.Class)]
    internal sealed class MarkAttribute : Attribute;

    internal class Thing
    {
        public static int Count => 1;
    }

    internal sealed class Rightly
    {
        public Lower.Innocent Below { get; } = new();
    }
}

namespace Metrics.Tests.Sample.Lower
{
    internal sealed class Innocent;

    internal sealed class AsBase : Thing;

    [Mark]
    internal sealed class AsAttribute;

    internal static class AsArgument
    {
        public static void Take(Thing[] things) => _ = things.Length;
    }

    internal static class AsGenericArgument
    {
        public static object Make() => new Dictionary<string, List<Thing>>();
    }

    internal static class InBody
    {
        public static int Ask() => Thing.Count;
    }

    internal static class InLambda
    {
        public static Func<Task<int>> Ask() => async () => await Task.FromResult(Thing.Count);
    }

    internal static class InTypeOf
    {
        public static string Name() => typeof(Thing).Name;
    }
}
