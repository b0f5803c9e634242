using System.Text.Encodings.Web;
using System.Text.Json;
using Metrics.Kpis.Waivers;
using Metrics.Model;
using Metrics.Model.Facts;
using Metrics.Scorecards;
using Metrics.Scorecards.Editions;
using Metrics.Storage;

namespace Metrics.Server.Commands;

/// <summary>Editions and what belongs to them as JSON.</summary>
internal static class EditionJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static int Print(object value)
    {
        Console.WriteLine(JsonSerializer.Serialize(value, Options));
        return 0;
    }

    public static object Of(ScorecardEdition edition) => new
    {
        edition.Edition,
        scope = Scope(edition.Scope),
        period = edition.Period.Text,
        edition.Number,
        state = FactSchema.SnakeCase(edition.State.ToString()),
        edition.AsOf,
        edition.CutBatch,
        edition.PreparedBy,
        edition.PreparedAt,
        edition.ApprovedBy,
        edition.PublishedAt,
        edition.Supersedes,
        edition.Reason,
        edition.PdfSha256,
    };

    public static object Of(Restatement entry) => new
    {
        entry.Edition.Edition,
        period = entry.Edition.Period.Text,
        scope = Scope(entry.Edition.Scope),
        entry.Kpi,
        group = Group(entry.Group),
        entry.Published,
        entry.Now,
        entry.BatchFrom,
        entry.BatchTo,
        entry.Reasons,
        entry.FoundAt,
    };

    public static object Of(Waiver waiver, ReportingCalendar calendar, DateTimeOffset now) => new
    {
        waiver.Number,
        waiver.Kpi,
        period = waiver.Period.Text,
        scopeKind = waiver.ScopeKind.ToString().ToLowerInvariant(),
        waiver.Scope,
        waiver.Reason,
        waiver.RequestedBy,
        waiver.ApprovedBy,
        waiver.AddedAt,
        waiver.ExpiresOn,
        counts = waiver.CountsAt(now, calendar),
        waiver.RevokedAt,
        waiver.RevokedBy,
        waiver.RevokeReason,
    };

    public static object Of(ReviewAction action) => new
    {
        action.Number,
        action.Edition,
        scope = Scope(action.Scope),
        kind = action.IsDecision ? "decision" : "action",
        action.Text,
        action.Owner,
        action.DueOn,
        action.RaisedBy,
        action.RaisedAt,
        action.DoneAt,
        action.DoneBy,
        action.Outcome,
    };

    public static object Of(AuditEntry entry) => new
    {
        entry.Number,
        entry.At,
        entry.By,
        entry.Action,
        entry.Subject,
        detail = JsonSerializer.Deserialize<JsonElement>(entry.Detail),
        entry.Previous,
        entry.Hash,
    };

    public static object Of(Scorecard scorecard)
    {
        var sheet = scorecard.Sheet!;
        return new
        {
            edition = Of(sheet.Edition),
            scorecard.Highlights.Headline,
            figures = scorecard.Kpis.SelectMany(k => k.Tiers.Prepend(k.Total)).Select(f => f.Row).Select(r => new
            {
                kpi = r.Kpi.Id,
                group = Group(r.Group),
                r.Value,
                r.Adjusted,
                r.Waived,
                r.Numerator,
                r.Denominator,
                r.N,
                r.Lower,
                r.Upper,
                target = r.Target?.Value.ToString(),
                status = r.Status.Spelling,
                r.Previous,
                r.YearAgo,
                r.Reason,
                definition = r.Kpi.Hash,
            }),
            commentary = sheet.Commentary.Values,
            restatements = sheet.Restatements.Select(Of),
            waivers = sheet.Waivers.Select(w => Of(w, scorecard.Calendar, scorecard.AsOf)),
            actions = sheet.Actions.Select(Of),
            mixShifts = sheet.MixShifts,
        };
    }

    private static object Scope(ScorecardScope scope) => new { kind = scope.Kind.ToString().ToLowerInvariant(), name = scope.Name };

    private static Dictionary<string, string?> Group(IReadOnlyDictionary<Dimension, string?> group) =>
        group.ToDictionary(g => FactSchema.SnakeCase(g.Key.ToString()), g => g.Value);
}
