using Metrics.Storage.Embedded;

namespace Metrics.Tests.Storage.Embedded;

public sealed class PostgresBinariesTests
{
    private static readonly PostgresBinaries Thirteen = new("/usr/lib/postgresql/13/bin", new Version(13, 4));
    private static readonly PostgresBinaries Sixteen = new("/usr/lib/postgresql/16/bin", new Version(16, 2));
    private static readonly PostgresBinaries Seventeen = new("/usr/lib/postgresql/17/bin", new Version(17, 1));

    [Fact]
    public async Task Not_found_says_how_to_install_it()
    {
        await using var folder = new TestFolder();
        var options = folder.Options with { BinFolder = folder.Path };

        (await Should.ThrowAsync<PostgresUnavailableException>(
            () => EmbeddedServer.StartAsync(options, TestContext.Current.CancellationToken)))
            .Message.ShouldBe(
                $"PostgreSQL was not found in {folder.Path}: install it (Debian, Ubuntu: sudo apt-get install postgresql; macOS: "
                + "brew install postgresql@17), or set ConnectionStrings__Metrics to the connection string of a server of your own.");
    }

    [Fact]
    public void Nowhere_found_says_where_it_was_looked_for() =>
        Should.Throw<PostgresUnavailableException>(() => Choose([]))
            .Message.ShouldBe(
                "PostgreSQL was not found in PATH, /usr/lib/postgresql and Homebrew: install it (Debian, Ubuntu: sudo apt-get "
                + "install postgresql; macOS: brew install postgresql@17), or set ConnectionStrings__Metrics to the connection "
                + "string of a server of your own.");

    [Fact]
    public void Too_old_says_what_was_found() =>
        Should.Throw<PostgresUnavailableException>(() => Choose([Thirteen]))
            .Message.ShouldBe(
                "PostgreSQL 13.4 in /usr/lib/postgresql/13/bin is too old, Metrics needs 15 or later: install it (Debian, Ubuntu: "
                + "sudo apt-get install postgresql; macOS: brew install postgresql@17), or set ConnectionStrings__Metrics to the "
                + "connection string of a server of your own.");

    [Fact]
    public void A_cluster_of_another_version_is_refused_with_both_versions() =>
        Should.Throw<PostgresUnavailableException>(() => Choose([Seventeen, Thirteen], clusterMajor: 16))
            .Message.ShouldBe(
                "The database in /data/postgres/cluster was made by PostgreSQL 16, and PostgreSQL 17 in "
                + "/usr/lib/postgresql/17/bin cannot open it: install PostgreSQL 16 beside it (Debian, Ubuntu: sudo apt-get install "
                + "postgresql-16; macOS: brew install postgresql@16), or name another data folder.");

    [Fact]
    public void The_first_that_is_new_enough_is_taken() => Choose([Thirteen, Sixteen, Seventeen]).ShouldBe(Sixteen);

    [Fact]
    public void A_cluster_takes_the_version_that_made_it() => Choose([Seventeen, Sixteen], clusterMajor: 16).ShouldBe(Sixteen);

    [Fact]
    public async Task It_is_found_without_PATH_too()
    {
        Assert.SkipUnless(Directory.Exists("/usr/lib/postgresql"), "needs Debian's PostgreSQL");

        var found = await PostgresBinaries.FindAsync(null, "/nowhere", TestContext.Current.CancellationToken, path: "");

        found.Folder.ShouldBe($"/usr/lib/postgresql/{found.Version.Major}/bin");
    }

    private static PostgresBinaries Choose(PostgresBinaries[] found, int? clusterMajor = null) =>
        PostgresBinaries.Choose(found, clusterMajor, "/data/postgres/cluster", "PATH, /usr/lib/postgresql and Homebrew");
}
