namespace Metrics.Sources.Focus;

/// <summary>The columns that are read. Others may stand in a file; they are not looked at.</summary>
internal enum FocusColumn
{
    BilledCost, EffectiveCost, BillingCurrency, BillingAccountId, BillingPeriodStart, ChargePeriodStart, ChargePeriodEnd, ChargeCategory,
    ServiceName, ProviderName,

    /// <summary>From here on a file may lack them.</summary>
    BillingPeriodEnd,
    ServiceCategory, ResourceId, ResourceName, ResourceType, RegionId, SubAccountId, SubAccountName, ChargeDescription, Tags,
}
