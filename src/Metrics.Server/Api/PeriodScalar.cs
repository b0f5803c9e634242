using Metrics.GraphQL.Execution;
using Metrics.GraphQL.Types;
using Metrics.Model;

namespace Metrics.Server.Api;

/// <summary>Periods in requests and responses, in the organisation's calendar.</summary>
internal sealed class PeriodScalar(ReportingCalendar calendar) : Scalar
{
    public override string Name => "Period";

    public override string Description =>
        "A quarter (2026-Q3), month (2026-07), ISO week (2026-W31), year (2026), day (2026-07-01) or range (2026-07-01/2026-09-16, end excluded).";

    public override IReadOnlyList<Type> ClrTypes => [typeof(Period)];

    public override object Parse(ScalarInput input) =>
        input.Kind == ScalarInputKind.String && Period.TryParse(input.Text, calendar, out var period)
            ? period
            : throw Unfit(input, "2026-Q3, 2026-07, 2026-W31, 2026, 2026-07-01 or 2026-07-01/2026-09-16");

    public override void Write(object value, ResponseWriter writer) => writer.WriteString(((Period)value).Text);
}
