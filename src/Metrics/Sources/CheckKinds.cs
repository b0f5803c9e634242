using Metrics.Model.Facts;

namespace Metrics.Sources;

/// <summary>What test tools call a test, as one of our kinds of check. One table for all, for they borrow from one another.</summary>
internal static class CheckKinds
{
    private static readonly Dictionary<string, CheckKind> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        // dbt, dbt_utils, dbt_expectations, elementary; several of these are Great Expectations' and OpenLineage's too.
        ["unique"] = CheckKind.Uniqueness,
        ["unique_combination_of_columns"] = CheckKind.Uniqueness,
        ["relationships"] = CheckKind.Referential,
        ["relationships_where"] = CheckKind.Referential,
        ["cardinality_equality"] = CheckKind.Referential,
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
        ["accepted_values"] = CheckKind.AcceptedValues,
        ["accepted_range"] = CheckKind.AcceptedValues,

        // Great Expectations.
        ["expect_column_values_to_be_unique"] = CheckKind.Uniqueness,
        ["expect_compound_columns_to_be_unique"] = CheckKind.Uniqueness,
        ["expect_column_to_exist"] = CheckKind.Schema,
        ["expect_table_column_count_to_equal"] = CheckKind.Schema,
        ["expect_table_column_count_to_be_between"] = CheckKind.Schema,
        ["expect_column_values_to_be_of_type"] = CheckKind.Schema,
        ["expect_column_values_to_be_in_type_list"] = CheckKind.Schema,
        ["expect_column_values_to_not_be_null"] = CheckKind.NotNull,
        ["expect_column_values_to_be_in_set"] = CheckKind.AcceptedValues,
        ["expect_column_values_to_be_between"] = CheckKind.AcceptedValues,
        ["expect_column_values_to_match_regex"] = CheckKind.AcceptedValues,

        // Soda.
        ["duplicate_count"] = CheckKind.Uniqueness,
        ["duplicate_percent"] = CheckKind.Uniqueness,
        ["reference"] = CheckKind.Referential,
        ["schema"] = CheckKind.Schema,
        ["row_count"] = CheckKind.Volume,
        ["freshness"] = CheckKind.Freshness,
        ["missing_count"] = CheckKind.NotNull,
        ["missing_percent"] = CheckKind.NotNull,
        ["invalid_count"] = CheckKind.AcceptedValues,
        ["invalid_percent"] = CheckKind.AcceptedValues,
        ["valid_count"] = CheckKind.AcceptedValues,
        ["valid_percent"] = CheckKind.AcceptedValues,

        // OpenLineage.
        ["no_null_values"] = CheckKind.NotNull,
        ["is_string"] = CheckKind.Schema,
        ["is_integer"] = CheckKind.Schema,
        ["is_type"] = CheckKind.Schema,
        ["type"] = CheckKind.Schema,
    };

    /// <summary>The kind of a test by its name; custom for one that is not known.</summary>
    public static CheckKind Of(string? test)
    {
        if (test is null) return CheckKind.Custom;
        if (Names.TryGetValue(test, out var kind)) return kind;
        if (test.StartsWith("expect_table_columns_to_match_", StringComparison.Ordinal)) return CheckKind.Schema;
        return test.Contains("row_count", StringComparison.OrdinalIgnoreCase) ? CheckKind.Volume : CheckKind.Custom;
    }
}
