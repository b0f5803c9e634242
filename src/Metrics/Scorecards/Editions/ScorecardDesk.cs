using System.Text.Json;
using Metrics.Kpis;
using Metrics.Kpis.Waivers;
using Metrics.Model;
using Metrics.Storage;
using Npgsql;

namespace Metrics.Scorecards.Editions;

/// <summary>
/// Brings a scorecard through its life: drafted with live figures, frozen at a data cut for review, published by a second person,
/// superseded by a later edition. What is published never changes.
/// </summary>
public sealed class ScorecardDesk(NpgsqlDataSource database, KpiEvaluator evaluator, TimeProvider clock)
{
    /// <summary>A freeze that met another writer takes a new cut; so often at most.</summary>
    private const int Attempts = 4;

    /// <summary>Whether whoever approves must be another person than whoever prepared. Default: yes.</summary>
    public bool TwoPeople { get; init; } = true;

    /// <summary>Whose platform it is, for the title; null to leave it out.</summary>
    public string? Organisation { get; init; }

    /// <summary>How what is not published yet is printed; a published edition keeps its own.</summary>
    public ScorecardStyle Style { get; init; } = new();

    public EditionStore Editions { get; } = new(database, evaluator.Calendar);

    public RestatementLedger Ledger { get; } = new(database, evaluator, clock);

    /// <summary>Begins an edition.</summary>
    /// <param name="reason">Why, where an edition of the scope and period has been published before; else null.</param>
    /// <exception cref="ScorecardException">Another edition of it is being worked on; there is no such team or domain; a month or quarter
    /// is wanted; or a reason is missing.</exception>
    public async Task<ScorecardEdition> DraftAsync(
        ScorecardScope scope, Period period, string by, string? reason, CancellationToken cancellation = default)
    {
        if (period.Grain is not (Grain.Quarter or Grain.Month))
            throw new ScorecardException($"A scorecard is of a quarter or a month, and {period.Text} is neither.");
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await CheckScopeAsync(connection, scope, cancellation);
        await connection.ExecuteAsync("lock table scorecard.edition in share row exclusive mode", cancellation);
        var before = await Editions.LatestAsync(scope, period, cancellation);
        if (before is { State.IsFinal: false })
            throw new ScorecardException($"Edition {before.Edition} of {period.Text}, {scope}, is {before.State.Word}; bring that one to its end first.");
        if (before is not null && string.IsNullOrWhiteSpace(reason))
            throw new ScorecardException($"Edition {before.Edition} of {period.Text}, {scope}, is published. A later one needs a reason (--reason).");
        var now = clock.GetUtcNow();
        var edition = await connection.ScalarAsync<long>(
            """
            insert into scorecard.edition (scope_kind, scope, period, number, state, prepared_by, prepared_at, supersedes, reason)
            values ($1, $2, $3, $4, 'draft', $5, $6, $7::bigint, $8::text) returning edition
            """, cancellation, scope.Kind.ToString().ToLowerInvariant(), scope.Name, period.Text, (before?.Number ?? 0) + 1, by, now,
            before?.Edition, before is null ? null : reason);
        await LogAsync(connection, by, "scorecard.drafted", edition, new { scope = scope.ToString(), period = period.Text, reason }, cancellation);
        await transaction.CommitAsync(cancellation);
        return await Editions.FindAsync(edition, cancellation);
    }

    /// <summary>Freezes the figures of a draft at a data cut and opens it for review.</summary>
    /// <exception cref="ScorecardException">It is not a draft.</exception>
    public Task<ScorecardEdition> ReviewAsync(long edition, string by, CancellationToken cancellation = default) =>
        FreezeAsync(edition, EditionState.Draft, by, reason: null, cancellation);

    /// <summary>Takes a new cut, after a source's error was mended.</summary>
    /// <param name="reason">Why; it is logged.</param>
    /// <exception cref="ScorecardException">It is not in review.</exception>
    public Task<ScorecardEdition> RefreezeAsync(long edition, string by, string reason, CancellationToken cancellation = default) =>
        FreezeAsync(edition, EditionState.InReview, by, reason, cancellation);

    /// <summary>Writes the manager's words on a theme; they take the place of earlier ones, which are kept.</summary>
    /// <param name="text">Empty to take the words back.</param>
    /// <exception cref="ScorecardException">There is no such theme, or the edition is published.</exception>
    public async Task CommentAsync(long edition, string theme, string text, string by, CancellationToken cancellation = default)
    {
        var known = EditionSheet.Themes.FirstOrDefault(t => t.Equals(theme, StringComparison.OrdinalIgnoreCase))
            ?? throw new ScorecardException($"There is no theme \"{theme}\"; there are {string.Join(", ", EditionSheet.Themes)}.");
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var found = await LockAsync(connection, edition, cancellation);
        if (found.State.IsFinal) throw new ScorecardException($"Edition {edition} is {found.State.Word}: comments are closed. Say it in a later edition.");
        var now = clock.GetUtcNow();
        await connection.ExecuteAsync(
            "insert into scorecard.commentary (edition, theme, text, written_by, written_at) values ($1, $2, $3, $4, $5)", cancellation,
            edition, known, text.Trim(), by, now);
        await LogAsync(connection, by, "scorecard.commented", edition, new { theme = known, text = text.Trim() }, cancellation);
        await transaction.CommitAsync(cancellation);
    }

    /// <summary>What the edition says: of a draft as of now, else as it was frozen.</summary>
    public async Task<Scorecard> ComposeAsync(long edition, CancellationToken cancellation = default)
    {
        var found = await Editions.FindAsync(edition, cancellation);
        if (found.State != EditionState.Draft) return await ComposeFrozenAsync(found, cancellation);
        var (cut, scorecard, _, _) = await ComposeLiveAsync(found, cancellation);
        await cut.DisposeAsync();
        return scorecard;
    }

    /// <summary>Every figure of a frozen edition, in the order of evaluation.</summary>
    /// <exception cref="ScorecardException">It is a draft.</exception>
    public async Task<IReadOnlyList<KpiRow>> RowsAsync(long edition, CancellationToken cancellation = default)
    {
        var found = await Editions.FindAsync(edition, cancellation);
        if (found.State == EditionState.Draft) throw new ScorecardException($"Edition {edition} is a draft; it keeps no figures until it is in review.");
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return (await FrozenFigures.LoadAsync(connection, edition, evaluator.Settings, cancellation)).All;
    }

    /// <summary>
    /// Publishes: restatements of earlier editions are brought up to date, the document is printed, read back and compared with the
    /// frozen figures, and only then everything is made immutable at once. While it prints, nothing is locked and no connection is held.
    /// </summary>
    /// <exception cref="ScorecardException">It is not in review, the two-person rule forbids it, or others go on changing it.</exception>
    /// <exception cref="Printing.PdfCheckException">The document does not say what was evaluated; nothing was published.</exception>
    public async Task<ScorecardEdition> PublishAsync(long edition, string by, ScorecardPdf pdf, CancellationToken cancellation = default)
    {
        CheckApproval(await Editions.FindAsync(edition, cancellation), by);
        await Ledger.CompareAsync(cancellation);
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            var found = await Editions.FindAsync(edition, cancellation);
            CheckApproval(found, by);
            var words = await LastWordsAsync(edition, cancellation);
            var now = clock.GetUtcNow();
            var scorecard = await ComposeFrozenAsync(found with { State = EditionState.Published, ApprovedBy = by, PublishedAt = now }, cancellation);
            var document = await pdf.PrintAsync(scorecard, Style, cancellation);
            if (await PublishAsync(found, words, scorecard, document, by, now, cancellation)) return await Editions.FindAsync(edition, cancellation);
        }

        throw new ScorecardException($"Edition {edition} goes on being changed while its document is printed; publish it when comments have ended.");
    }

    /// <returns>False where the edition was frozen anew or commented on since its document was printed.</returns>
    private async Task<bool> PublishAsync(
        ScorecardEdition printed, long words, Scorecard scorecard, byte[] document, string by, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var locked = await LockAsync(connection, printed.Edition, cancellation);
        CheckApproval(locked, by);
        if (locked.Cut != printed.Cut || locked.AsOf != printed.AsOf || await LastWordsAsync(printed.Edition, cancellation) != words) return false;
        await FrozenSheet.Of(scorecard.Sheet!).SaveAsync(connection, printed.Edition, cancellation);
        await connection.ExecuteAsync(
            """
            update scorecard.edition set state = 'superseded'
            where state = 'published' and edition = (select supersedes from scorecard.edition where edition = $1)
            """, cancellation, printed.Edition);
        var sha256 = EditionStore.Sha256Of(document);
        await connection.ExecuteAsync(
            """
            update scorecard.edition set state = 'published', approved_by = $2, published_at = $3, pdf = $4, pdf_sha256 = $5, style = $6::jsonb,
              expected = $7::jsonb
            where edition = $1
            """, cancellation, printed.Edition, by, now, document, sha256, JsonSerializer.Serialize(StyleJson.Of(Style), FigureJson.Options),
            JsonSerializer.Serialize(ScorecardPdf.Expected(scorecard, Style), FigureJson.Options));
        await LogAsync(
            connection, by, "scorecard.published", printed.Edition, new { preparedBy = locked.PreparedBy, sha256, locked.Supersedes, locked.Reason }, cancellation);
        await transaction.CommitAsync(cancellation);
        return true;
    }

    private async Task<long> LastWordsAsync(long edition, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await connection.ScalarAsync<long>("select coalesce(max(commentary), 0) from scorecard.commentary where edition = $1", cancellation, edition);
    }

    private void CheckApproval(ScorecardEdition edition, string by)
    {
        if (edition.State != EditionState.InReview)
            throw new ScorecardException($"Edition {edition.Edition} is {edition.State.Word}; what is published was in review before (metrics scorecard review).");
        if (TwoPeople && string.Equals(edition.PreparedBy, by, StringComparison.OrdinalIgnoreCase))
            throw new ScorecardException($"{by} has prepared edition {edition.Edition} and cannot approve it; another person must (Scorecards:TwoPeople).");
    }

    private async Task<ScorecardEdition> FreezeAsync(
        long edition, EditionState from, string by, string? reason, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var found = await Editions.FindAsync(edition, cancellation);
            if (found.State != from)
                throw new ScorecardException($"Edition {edition} is {found.State.Word}, and must be {from.Word} for this.");
            try
            {
                await FreezeAsync(found, by, reason, cancellation);
                return await Editions.FindAsync(edition, cancellation);
            }
            catch (PostgresException met) when (attempt < Attempts
                && met.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.UniqueViolation)
            {
            }
        }
    }

    private async Task FreezeAsync(ScorecardEdition edition, string by, string? reason, CancellationToken cancellation)
    {
        var (cut, _, figures, pages) = await ComposeLiveAsync(edition, cancellation);
        await using var held = cut;
        var connection = cut.Connection;
        if ((await LockAsync(connection, edition.Edition, cancellation)).State != edition.State)
            throw new ScorecardException($"Edition {edition.Edition} was moved on by somebody else meanwhile; look at it again.");
        foreach (var part in (string[])["definition", "value", "daily", "catalogue", "alias", "page"])
            await connection.ExecuteAsync($"delete from scorecard.{part} where edition = $1", cancellation, edition.Edition);
        await FrozenFigures.SaveAsync(connection, edition.Edition, cut.Definitions, figures.Asked, cancellation);
        await pages.SaveAsync(connection, edition.Edition, cancellation);
        await connection.ExecuteAsync(
            """
            insert into scorecard.daily select $1, d.* from kpi.daily d join kpi.computed_day c using (kpi, day)
            where d.level = 2 and d.day >= $2 and d.day < $3 and c.computed_at <= $4 and (c.changes_at is null or c.changes_at > $4)
              and not exists (select from kpi.stale s where s.kpi = d.kpi and s.touched && tstzrange(d.day - 1, d.day + 2))
            """, cancellation, edition.Edition, edition.Period.Start, edition.Period.End, cut.AsOf);
        await connection.ExecuteAsync("insert into scorecard.catalogue select $1, v.* from catalog.version v", cancellation, edition.Edition);
        await connection.ExecuteAsync("insert into scorecard.alias select $1, a.* from catalog.alias a", cancellation, edition.Edition);
        await connection.ExecuteAsync(
            """
            update scorecard.edition set state = 'in_review', as_of = $2, cut = $3::pg_snapshot, cut_batch = $4::bigint, settings = $5::jsonb,
              settings_hash = $6 where edition = $1
            """, cancellation, edition.Edition, cut.AsOf, cut.Snapshot, cut.LastBatch,
            JsonSerializer.Serialize(SettingsJson.Of(evaluator.Settings), FigureJson.Options), evaluator.Settings.Hash);
        await LogAsync(
            connection, by, reason is null ? "scorecard.review_opened" : "scorecard.refrozen", edition.Edition,
            new { cut.AsOf, cutBatch = cut.LastBatch, reason }, cancellation);
        await cut.CommitAsync(cancellation);
    }

    private async Task<(KpiCut Cut, Scorecard Scorecard, ScopedFigures Figures, FrozenPages Pages)> ComposeLiveAsync(
        ScorecardEdition edition, CancellationToken cancellation)
    {
        var cut = await evaluator.CutAsync(cancellation);
        try
        {
            var where = ScopedFigures.Where(edition.Scope);
            var definitions = cut.Definitions;
            var figures = new ScopedFigures(edition.Scope, definitions, cut.EvaluateAsync);
            IReadOnlyList<Observation> open = [];
            ScorecardRecords? records = null;
            var composer = new ScorecardComposer(definitions, evaluator.Calendar, figures.EvaluateAsync, async (kpi, period, stop) =>
                open = [.. (await cut.EvidenceAsync(kpi, period, new Dictionary<Dimension, string?>(), stop)).Where(o => KpiEvaluator.Matches(o.Cell, where))])
            {
                Records = async (period, stop) => records = await ScorecardRecords.ReadAsync(cut, period, edition.Scope, stop),
            };
            var now = edition with { AsOf = cut.AsOf, CutBatch = cut.LastBatch };
            var scorecard = await composer.ComposeAsync(RequestOf(now), cancellation);
            var mix = new Dictionary<string, MixShift>();
            foreach (var kpi in definitions.Where(d => !d.Companion))
                if (await cut.MixShiftAsync(kpi, edition.Period, where, cancellation) is { } shift) mix[kpi.Id] = shift;
            var pages = new FrozenPages(open, mix, [.. cut.Waivers.Select(w => w.Number)], records);
            return (cut, scorecard with { Sheet = await SheetAsync(now, pages, scorecard, cancellation) }, figures, pages);
        }
        catch
        {
            await cut.DisposeAsync();
            throw;
        }
    }

    private async Task<Scorecard> ComposeFrozenAsync(ScorecardEdition edition, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var frozen = await FrozenFigures.LoadAsync(connection, edition.Edition, evaluator.Settings, cancellation);
        var pages = await FrozenPages.LoadAsync(connection, edition.Edition, cancellation);
        var figures = new ScopedFigures(edition.Scope, frozen.Definitions, frozen.EvaluateAsync);
        var composer = new ScorecardComposer(
            frozen.Definitions, frozen.Settings.Calendar, figures.EvaluateAsync, (_, _, _) => Task.FromResult(pages.OpenIncidents))
        {
            Records = (_, _) => Task.FromResult(pages.Records),
        };
        var scorecard = await composer.ComposeAsync(RequestOf(edition), cancellation);
        return scorecard with { Sheet = await SheetAsync(edition, pages, scorecard, cancellation) };
    }

    private ScorecardRequest RequestOf(ScorecardEdition edition) => new(edition.Period, edition.AsOf ?? clock.GetUtcNow())
    {
        Scope = edition.Scope.ToString(),
        Organisation = Organisation,
        DataCut = edition.CutBatch,
    };

    private async Task<EditionSheet> SheetAsync(ScorecardEdition edition, FrozenPages pages, Scorecard scorecard, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var words = await connection.QueryAsync(
            "select distinct on (theme) theme, text, written_by, written_at from scorecard.commentary where edition = $1 order by theme, commentary desc",
            r => new Commentary(r.GetString(0), r.GetString(1), r.GetString(2), r.GetFieldValue<DateTimeOffset>(3)), cancellation, edition.Edition);
        var frozen = edition.State.IsFinal ? await FrozenSheet.LoadAsync(connection, edition.Edition, cancellation) : null;
        var before = frozen is null ? await PredecessorsAsync(edition, cancellation) : [];
        var waivers = await new WaiverStore(database, scorecard.Calendar, clock).ListAsync(cancellation);
        var waived = scorecard.Kpis.Where(k => k.Tiers.Append(k.Total).Any(f => f.Row.Waived > 0)).Select(k => k.Definition.Id).ToHashSet();
        return new EditionSheet
        {
            Edition = edition,
            Commentary = words.Where(w => w.Text.Length > 0).ToDictionary(w => w.Theme),
            Restatements = frozen is not null ? await Ledger.NumberedAsync(frozen.Restatements, cancellation)
                : [.. (await Ledger.CurrentAsync(before.Select(b => b.Edition), cancellation)).Where(r => !r.IsSettled)],
            Waivers = [.. waivers.Where(w => pages.Waivers.Contains(w.Number) && waived.Contains(w.Kpi) && Overlaps(w.Period, edition.Period)).OrderBy(w => w.Number)],
            Actions = frozen is not null ? frozen.Actions : await new ReviewActions(database, clock).ForAsync(edition.Scope, before.Select(b => b.PublishedAt).Max(), cancellation),
            MixShifts = pages.MixShifts,
        };
    }

    /// <summary>The edition that this one takes the place of, and the one in force of the period before.</summary>
    private async Task<IReadOnlyList<ScorecardEdition>> PredecessorsAsync(ScorecardEdition edition, CancellationToken cancellation)
    {
        var found = new List<ScorecardEdition>();
        if (edition.Supersedes is { } superseded) found.Add(await Editions.FindAsync(superseded, cancellation));
        if (await Editions.InForceAsync(edition.Scope, edition.Period.Previous, cancellation) is { } previous) found.Add(previous);
        return found;
    }

    private static bool Overlaps(Period one, Period other) => one.Start < other.End && other.Start < one.End;

    private async Task<ScorecardEdition> LockAsync(NpgsqlConnection connection, long edition, CancellationToken cancellation)
    {
        await connection.ExecuteAsync("select from scorecard.edition where edition = $1 for update", cancellation, edition);
        return await Editions.FindAsync(edition, cancellation);
    }

    private Task LogAsync(
        NpgsqlConnection connection, string by, string action, long edition, object detail, CancellationToken cancellation) =>
        AuditLog.AppendAsync(connection, clock.GetUtcNow(), by, action, $"edition {edition}", detail, cancellation);

    private static async Task CheckScopeAsync(NpgsqlConnection connection, ScorecardScope scope, CancellationToken cancellation)
    {
        if (scope.Kind == ScopeKind.Platform) return;
        var known = await connection.QueryAsync(
            scope.Kind == ScopeKind.Team
                ? """
                  select id from catalog.version where entity = 'team'
                  union select attributes->>'team' from catalog.version where entity = 'dataset' and attributes->>'team' is not null order by 1
                  """
                : "select distinct attributes->>'domain' from catalog.version where attributes->>'domain' is not null order by 1",
            r => r.GetString(0), cancellation);
        if (known.Contains(scope.Name)) return;
        var kind = scope.Kind.ToString().ToLowerInvariant();
        throw new ScorecardException($"The catalogue has no {kind} \"{scope.Name}\"; it has {(known.Count == 0 ? "none" : string.Join(", ", known))}.");
    }
}
