using System.Text.Json;
using Metrics.Model.Facts;

namespace Metrics.Sources.Dbt;

/// <summary>What dbt, dbt_utils, dbt_expectations and elementary call a test, as one of our kinds of check.</summary>
internal static class DbtTestKind
{
    private static readonly Dictionary<string, CheckKind> Names = new()
    {
        ["unique"] = CheckKind.Uniqueness,
        ["unique_combination_of_columns"] = CheckKind.Uniqueness,
        ["expect_column_values_to_be_unique"] = CheckKind.Uniqueness,
        ["expect_compound_columns_to_be_unique"] = CheckKind.Uniqueness,
        ["relationships"] = CheckKind.Referential,
        ["relationships_where"] = CheckKind.Referential,
        ["cardinality_equality"] = CheckKind.Referential,
        ["expect_column_to_exist"] = CheckKind.Schema,
        ["expect_column_values_to_be_of_type"] = CheckKind.Schema,
        ["expect_column_values_to_be_in_type_list"] = CheckKind.Schema,
        ["schema_changes"] = CheckKind.Schema,
        ["schema_changes_from_baseline"] = CheckKind.Schema,
        ["equal_rowcount"] = CheckKind.Volume,
        ["fewer_rows_than"] = CheckKind.Volume,
        ["volume_anomalies"] = CheckKind.Volume,
        ["recency"] = CheckKind.Freshness,
        ["freshness_anomalies"] = CheckKind.Freshness,
        ["event_freshness_anomalies"] = CheckKind.Freshness,
        ["expect_row_values_to_have_recent_data"] = CheckKind.Freshness,
        ["expect_grouped_row_values_to_have_recent_data"] = CheckKind.Freshness,
        ["not_null"] = CheckKind.NotNull,
        ["not_null_where"] = CheckKind.NotNull,
        ["not_null_proportion"] = CheckKind.NotNull,
        ["expect_column_values_to_not_be_null"] = CheckKind.NotNull,
        ["accepted_values"] = CheckKind.AcceptedValues,
        ["accepted_range"] = CheckKind.AcceptedValues,
        ["expect_column_values_to_be_in_set"] = CheckKind.AcceptedValues,
        ["expect_column_values_to_be_between"] = CheckKind.AcceptedValues,
        ["expect_column_values_to_match_regex"] = CheckKind.AcceptedValues,
    };

    /// <summary>The kind of a test node. Singular tests, and tests of one's own, are custom.</summary>
    public static CheckKind Of(JsonElement test)
    {
        var name = NameOf(test);
        if (name is null) return CheckKind.Custom;
        if (Names.TryGetValue(name, out var kind)) return kind;
        if (name.StartsWith("expect_table_columns_to_match_", StringComparison.Ordinal)) return CheckKind.Schema;
        if (name.Contains("row_count", StringComparison.Ordinal)) return CheckKind.Volume;
        var isOfOneColumn = (test.Text("column_name") ?? test.At("test_metadata").At("kwargs").Text("column_name")) is not null;
        return name == "expression_is_true" && isOfOneColumn ? CheckKind.AcceptedValues : CheckKind.Custom;
    }

    // Without test_metadata the macro that the test calls still tells which it is.
    private static string? NameOf(JsonElement test)
    {
        if (test.At("test_metadata").Text("name") is { } name) return name;
        return test.At("depends_on").At("macros").Texts().Select(m => m.Split('.')[^1])
            .FirstOrDefault(m => m.StartsWith("test_", StringComparison.Ordinal))?["test_".Length..];
    }
}
