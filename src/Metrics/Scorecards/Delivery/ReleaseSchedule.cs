using Metrics.Model;
using Metrics.Scorecards.Editions;
using Metrics.Scorecards.Notices;
using Metrics.Storage;
using Npgsql;

namespace Metrics.Scorecards.Delivery;

/// <summary>
/// Puts the scorecards of the quarter that has ended in line when their time has come. A firing is claimed in the transaction that
/// does its work: of several instances one does it, and one that is killed over it leaves it to the next.
/// </summary>
public sealed class ReleaseSchedule(
    NpgsqlDataSource database, SendLedger ledger, RecipientStore recipients, EditionStore editions, NoticeBoard notices, ReleaseRule rule,
    ReportingCalendar calendar, string messageDomain, TimeProvider clock)
{
    /// <summary>Who the ledger says has put letters in line.</summary>
    public const string By = "schedule";

    /// <summary>What is published later than this after its time goes out by hand only: it would surprise people.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromDays(14);

    /// <summary>Does what is due and not done yet, and returns how many letters it has put in line.</summary>
    public async Task<int> LookAsync(CancellationToken cancellation = default)
    {
        var now = clock.GetUtcNow();
        var quarter = Period.Containing(calendar.DayOf(now), Grain.Quarter, calendar).Previous;
        var due = rule.DueAt(quarter, calendar);
        if (now < due || now >= due + Window) return 0;

        var queued = 0;
        foreach (var scope in (await recipients.ListAsync(null, cancellation)).Select(r => r.Scope).Distinct())
        {
            if (await editions.InForceAsync(scope, quarter, cancellation) is { } edition) queued += await FireAsync(edition, due, cancellation);
            else await notices.PostAsync(Overdue(scope, quarter, due), cancellation);
        }

        return queued;
    }

    private async Task<int> FireAsync(ScorecardEdition edition, DateTimeOffset due, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var job = $"send {edition.Scope.Kind.Word} {edition.Scope.Name} {edition.Period.Text}".Replace("  ", " ", StringComparison.Ordinal);
        var isOurs = await connection.ExecuteAsync(
            "insert into public.job_run (job, scheduled_for, claimed_at) values ($1, $2, $3) on conflict do nothing", cancellation, job, due,
            clock.GetUtcNow()) == 1;
        var queued = isOurs ? await ledger.QueueAsync(connection, edition, messageDomain, By, cancellation) : 0;
        await transaction.CommitAsync(cancellation);
        return queued;
    }

    private Notice Overdue(ScorecardScope scope, Period quarter, DateTimeOffset due) => new(
        $"overdue/{scope}/{quarter.Text}", NoticeKind.ScorecardOverdue, $"The scorecard of {quarter.Text} is not published ({scope})",
        $"It was to be sent at {TimeZoneInfo.ConvertTime(due, calendar.Zone):yyyy-MM-dd HH:mm} ({calendar.Zone.Id}). Once it is published it goes out by itself, "
        + $"for {Window.TotalDays:0} days; after that with \"metrics send\".",
        clock.GetUtcNow());
}
