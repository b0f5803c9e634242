using System.Text.Json;
using Metrics.Model.Facts;

namespace Metrics.Sources.Dbt;

/// <summary>What dbt, dbt_utils, dbt_expectations and elementary call a test, as one of our kinds of check.</summary>
internal static class DbtTestKind
{
    /// <summary>The kind of a test node. Singular tests, and tests of one's own, are custom.</summary>
    public static CheckKind Of(JsonElement test)
    {
        var name = NameOf(test);
        var isOfOneColumn = (test.Text("column_name") ?? test.At("test_metadata").At("kwargs").Text("column_name")) is not null;
        return name == "expression_is_true" && isOfOneColumn ? CheckKind.AcceptedValues : CheckKinds.Of(name);
    }

    // Without test_metadata the macro that the test calls still tells which it is.
    private static string? NameOf(JsonElement test)
    {
        if (test.At("test_metadata").Text("name") is { } name) return name;
        return test.At("depends_on").At("macros").Texts().Select(m => m.Split('.')[^1])
            .FirstOrDefault(m => m.StartsWith("test_", StringComparison.Ordinal))?["test_".Length..];
    }
}
