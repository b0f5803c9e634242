namespace Metrics.Server.Demo;

/// <summary>Where the demo's files lie, each folder for the source of its name.</summary>
/// <param name="Canonical">For <c>metrics import canonical</c>.</param>
/// <param name="Dbt">For <c>metrics import dbt</c>.</param>
public sealed record DemoFolders(string Canonical, string Dbt);

/// <summary>How far the demo's files are.</summary>
/// <param name="Doing">What is being made, in words.</param>
/// <param name="Share">From 0 to 1.</param>
public sealed record DemoProgress(string Doing, double Share);

/// <summary>
/// Nordlicht, an online retailer of things for the home: two years of its data platform, made from the hand-written
/// catalogue in <c>seed/</c>. The story is in <c>seed/README.md</c>, its plot in <see cref="Seasons"/>.
/// </summary>
public static class DemoCompany
{
    /// <summary>
    /// Writes <c>canonical/</c> and <c>dbt/</c> under <paramref name="targetFolder"/>, replacing what these two held. The same
    /// catalogue, day and seed give the same bytes.
    /// </summary>
    /// <param name="seedFolder">The hand-written catalogue.</param>
    /// <param name="targetFolder">Made if it is not there.</param>
    /// <param name="now">Only its day (UTC) counts: the story ends with it.</param>
    /// <param name="seed">Another seed tells the same story with other dice.</param>
    /// <param name="progress">Told before every step.</param>
    public static DemoFolders Write(
        string seedFolder, string targetFolder, DateTimeOffset now, int seed = 1, IProgress<DemoProgress>? progress = null)
    {
        var folders = new DemoFolders(Fresh(targetFolder, "canonical"), Fresh(targetFolder, "dbt"));
        var seeds = new SeedFolder(seedFolder);
        var time = new Timeline(now);
        var company = new Company(new Catalogue(seeds, time), time, seed);
        var canonical = new CanonicalFolder(folders.Canonical);

        Say("Catalogue", 0);
        canonical.Write(seeds.Teams, time);
        canonical.Write(seeds.Datasets, time);
        canonical.Write(seeds.Pipelines, time);
        canonical.Write(seeds.Lineage, time, only: r => !Catalogue.IsDbt(r["downstream"]));
        canonical.Write(seeds.Checks, time, only: r => !Catalogue.IsDbt(r["dataset"]));

        Say("Incidents", 0.05);
        var incidents = Incidents.Of(company);
        var outages = new Outages(company, incidents);
        canonical.Write(incidents, SpoiledRows.Incident(incidents));
        canonical.Write(PostmortemActions.Of(company, incidents));

        Say("Loads", 0.1);
        var runs = new Runs(company, outages).Run();
        canonical.Write(runs.Attempts, SpoiledRows.Run(runs.Attempts));
        canonical.Write(runs.Outputs);
        canonical.Write(runs.Backfills);

        Say("Checks", 0.4);
        var results = CheckResults.Of(company, outages);
        canonical.Write(results, SpoiledRows.Result(results));

        Say("Pull requests and changes", 0.45);
        canonical.Write(PullRequests.Of(company));
        canonical.Write(Changes.Of(company));
        canonical.Write(SchemaChanges.Of(company));
        canonical.Write(Alerts.Of(company, incidents, results));

        Say("Money", 0.5);
        canonical.Write(Money.Costs(company));
        canonical.Write(Money.Units(company));
        canonical.Write(Money.Compute(company));

        Say("People", 0.55);
        canonical.Write(Roadmap.Of(company));
        canonical.Write(Stakeholders.Invitations(company));
        canonical.Write(Stakeholders.Responses(company));
        canonical.Write(Stakeholders.Usage(company));
        canonical.Write(Access.Requests(company));
        canonical.Write(Access.Reviews(company));
        canonical.Write(People.Months(company));
        canonical.Write(People.Requisitions(company));

        Say("dbt artifacts", 0.6);
        new DbtProject(company).Write(folders.Dbt, outages);

        Say("Done", 1);
        return folders;

        void Say(string doing, double share) => progress?.Report(new DemoProgress(doing, share));
    }

    private static string Fresh(string target, string name)
    {
        var folder = Path.Combine(target, name);
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        return folder;
    }
}
