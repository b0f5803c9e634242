using Metrics.Model.Facts;

namespace Metrics.Server.Demo;

/// <summary>Columns that came, went and changed; whether those who depend on them were told.</summary>
internal static class SchemaChanges
{
    private static readonly string[] Columns =
        ["country_code", "discount", "channel", "warehouse_id", "net_amount", "consent", "parcel_id"];

    public static IEnumerable<SchemaChange> Of(Company company) =>
        from week in company.Time.Weeks
        from number in Enumerable.Range(1, company.Dice("schema", "", week).Between(0, 3))
        let change = Change(company, week, number)
        where change.DetectedAt < company.Time.Today
        select change;

    private static SchemaChange Change(Company company, DateTimeOffset week, int number)
    {
        var dice = company.Dice("schema change", "", week, number);
        var detected = week.AddDays(dice.Between(0, 6)) + dice.Hours(2, 20);
        var kind = (SchemaChangeKind)dice.Weighted(0.08, 0.52, 0.14, 0.16, 0.08, 0.02);
        var isBreaking = kind is SchemaChangeKind.ColumnRemoved or SchemaChangeKind.TypeChanged or SchemaChangeKind.TableRemoved;
        var effective = dice.Chance(0.7) ? detected.AddDays(dice.Between(0, 14)) : (DateTimeOffset?)null;
        var isTold = isBreaking && !dice.Chance(0.06 * company.SeasonAt(week).Trouble);
        return new SchemaChange
        {
            ChangeId = $"SC-{week:yyMMdd}-{number}",
            Dataset = dice.Pick(company.Catalogue.ActiveAt(week, 0, 2)).Id,
            DetectedAt = detected,
            Change = kind,
            Column = kind is SchemaChangeKind.TableAdded or SchemaChangeKind.TableRemoved ? null : dice.Pick(Columns),
            From = kind == SchemaChangeKind.TypeChanged ? "integer" : null,
            To = kind == SchemaChangeKind.TypeChanged ? "text" : null,
            Breaking = isBreaking,
            EffectiveAt = effective,
            NotifiedAt = isTold ? (effective ?? detected).AddHours(-dice.Between(3, 200)) : null,
        };
    }
}
