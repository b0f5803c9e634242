using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Metrics.Kpis.Definitions;

namespace Metrics.Tests;

/// <summary>
/// The arrows between the parts. They are read from the compiled assemblies: signatures, attributes and method bodies, with
/// lambdas and generic arguments. A constant that the compiler has copied leaves no trace there; its <c>using</c> does.
/// </summary>
public sealed partial class ArchitectureTests
{
    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["Model"] = [],
        ["Storage"] = ["Model"],
        ["Kpis"] = ["Storage", "Model"],
        ["Sources"] = ["Storage", "Model"],
        ["Sync"] = ["Sources", "Storage", "Model"],
        ["Scorecards"] = ["Kpis", "Storage", "Model"],
    };

    [Theory]
    [InlineData("Metrics", "")]
    [InlineData("Metrics.GraphQL", "")]
    [InlineData("Metrics.Server", "Metrics, Metrics.GraphQL")]
    public void A_project_refers_to_these_of_ours_and_no_others(string project, string others)
    {
        var file = XDocument.Load(Path.Combine(Repository.Root, "src", project, $"{project}.csproj"));
        var projects = file.Descendants("ProjectReference").Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value));

        string.Join(", ", projects.Order(StringComparer.Ordinal)).ShouldBe(others);
    }

    [Fact]
    public void The_graphql_library_knows_neither_the_product_nor_a_database()
    {
        var referenced = AssemblyOf("Metrics.GraphQL").GetReferencedAssemblies().Select(a => a.Name!).ToList();

        referenced.Where(a => a.StartsWith("Metrics", StringComparison.Ordinal) || a.Contains("Npgsql", StringComparison.Ordinal)
            || a.Contains("EntityFramework", StringComparison.Ordinal)).ShouldBeEmpty();
        XDocument.Load(Path.Combine(Repository.Root, "src", "Metrics.GraphQL", "Metrics.GraphQL.csproj"))
            .Descendants("PackageReference").Select(p => p.Attribute("Include")!.Value).ShouldBeEmpty();
    }

    [Fact]
    public void Inside_the_product_the_arrows_are_these_and_no_others()
    {
        var withoutStorage = Arrows.ToDictionary(a => a.Key, a => a.Value.Except(["Storage"]).ToArray());

        Forbidden(AssemblyFile("Metrics"), "Metrics", withoutStorage).ShouldNotBeEmpty();
        string.Join('\n', Forbidden(AssemblyFile("Metrics"), "Metrics", Arrows)).ShouldBe("");
    }

    [Fact]
    public void Sources_never_name_each_other()
    {
        var folders = Directory.GetDirectories(Path.Combine(Repository.Root, "src", "Metrics", "Sources")).Select(f => Path.GetFileName(f)!).ToList();
        var alone = folders.ToDictionary(f => f, _ => Array.Empty<string>());

        alone.Count.ShouldBeGreaterThan(1);
        string.Join('\n', Forbidden(AssemblyFile("Metrics"), "Metrics.Sources", alone)).ShouldBe("");
        Uses(AssemblyFile("Metrics"), "Metrics.Sources")
            .Where(u => u.By.Split('.').Length == 3 && folders.Any(f => IsWithin(u.Used, $"Metrics.Sources.{f}"))).ShouldBeEmpty();
    }

    [Fact]
    public void The_vocabulary_does_no_input_or_output()
    {
        string[] doors = ["Npgsql", "Microsoft", "System.IO", "System.Net", "System.Data", "System.Diagnostics.Process"];

        Uses(AssemblyFile("Metrics"), "Metrics.Model").Where(u => doors.Any(d => IsWithin(u.Used, d))).ShouldBeEmpty();
    }

    [Fact]
    public void Whoever_answers_a_caller_asks_the_evaluator_that_has_the_callers_limit()
    {
        var unlimited =
            from folder in (string[])["Api", "Web", "Dashboard"]
            let path = Path.Combine(Repository.Root, "src", "Metrics.Server", folder)
            where Directory.Exists(path)
            from file in SourceFiles($"src/Metrics.Server/{folder}", ".cs", ".razor")
            from line in File.ReadLines(file)
            where line.Contains("roduct.Evaluator", StringComparison.Ordinal) && !line.Contains("roduct.Evaluator.Within(", StringComparison.Ordinal)
            select $"{Path.GetFileName(file)}: {line.Trim()}";

        string.Join('\n', unlimited).ShouldBe("");
    }

    [Fact]
    public void A_using_follows_the_arrows_too()
    {
        var strangers =
            from file in SourceFiles("src/Metrics", ".cs", ".razor")
            let area = Path.GetRelativePath(Path.Combine(Repository.Root, "src", "Metrics"), file).Split(Path.DirectorySeparatorChar)[0]
            where Arrows.ContainsKey(area)
            from Match used in UsingOfOurs().Matches(File.ReadAllText(file))
            let other = used.Groups["area"].Value
            where other != area && Arrows.ContainsKey(other) && !Arrows[area].Contains(other)
            select $"{Path.GetRelativePath(Repository.Root, file)}: {used.Value.Trim()}";

        strangers.ShouldBeEmpty();
    }

    [Fact]
    public void An_arrow_that_points_the_wrong_way_is_found_wherever_it_hides() =>
        Forbidden(typeof(ArchitectureTests).Assembly.Location, "Metrics.Tests.Sample", new()
        {
            ["Upper"] = ["Lower"],
            ["Lower"] = [],
        }).ShouldBe([
            "Lower.AsArgument uses Upper.Thing",
            "Lower.AsAttribute uses Upper.MarkAttribute",
            "Lower.AsBase uses Upper.Thing",
            "Lower.AsGenericArgument uses Upper.Thing",
            "Lower.InBody uses Upper.Thing",
            "Lower.InLambda uses Upper.Thing",
            "Lower.InTypeOf uses Upper.Thing",
        ]);

    [Fact]
    public void Every_kpi_file_of_the_house_loads()
    {
        var folder = Path.Combine(Repository.Root, "queries", "kpis");

        KpiLibrary.Load(folder).Definitions.Select(d => d.Id).Order(StringComparer.Ordinal)
            .ShouldBe(Directory.GetFiles(folder).Select(f => Path.GetFileNameWithoutExtension(f)!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void No_source_names_a_wall_clock() =>
        string.Join('\n', SourceFiles("src", ".cs", ".razor").SelectMany(f => Clocks(f, WallClock(), "//"))).ShouldBe("");

    [Fact]
    public void No_kpi_file_asks_the_database_for_the_time() =>
        string.Join('\n', SourceFiles("queries", ".sql").SelectMany(f => Clocks(f, SqlClock(), "--"))).ShouldBe("");

    [Theory]
    [InlineData("var now = DateTimeOffset.UtcNow;", true)]
    [InlineData("return DateTime . Today;", true)]
    [InlineData("var now = clock.GetUtcNow();", false)]
    public void A_wall_clock_is_recognised(string code, bool isOne) => WallClock().IsMatch(code).ShouldBe(isOne);

    [Theory]
    [InlineData("where started_at < now()", true)]
    [InlineData("where day < CURRENT_DATE", true)]
    [InlineData("where until < @now and known_now", false)]
    public void A_clock_of_the_database_is_recognised(string sql, bool isOne) => SqlClock().IsMatch(sql).ShouldBe(isOne);

    /// <summary>Uses of an area by another that has no arrow to it, as "Area.Type uses Area.Type".</summary>
    private static List<string> Forbidden(string assembly, string root, Dictionary<string, string[]> arrows) =>
        [.. Uses(assembly, root)
            .Where(u => IsWithin(u.Used, root))
            .Select(u => (From: u.By[(root.Length + 1)..], To: u.Used[(root.Length + 1)..]))
            .Where(u => arrows.TryGetValue(Area(u.From), out var allowed) && arrows.ContainsKey(Area(u.To))
                && Area(u.From) != Area(u.To) && !allowed.Contains(Area(u.To)))
            .Select(u => $"{u.From} uses {u.To}").Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Every type that a type within a namespace uses, both by full name; nested types under their outermost one.</summary>
    private static List<(string By, string Used)> Uses(string assembly, string within)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        var reader = new AssemblyUses(file);
        return [.. reader.Types().Where(t => IsWithin(t.Name, within)).SelectMany(t => t.Uses.Select(used => (t.Name, used)))];
    }

    private static string Area(string name) => name.Split('.')[0];

    private static bool IsWithin(string name, string space) =>
        name.StartsWith(space, StringComparison.Ordinal) && (name.Length == space.Length || name[space.Length] == '.');

    private static System.Reflection.Assembly AssemblyOf(string name) => System.Reflection.Assembly.Load(name);

    private static string AssemblyFile(string name) => Path.Combine(AppContext.BaseDirectory, $"{name}.dll");

    private static IEnumerable<string> SourceFiles(string folder, params string[] extensions) =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*", SearchOption.AllDirectories)
            .Where(f => extensions.Contains(Path.GetExtension(f)))
            .Where(f => !f.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"));

    private static IEnumerable<string> Clocks(string file, Regex clock, string comment) =>
        File.ReadLines(file).Select((line, index) => (Code: line.Split(comment, 2)[0], Number: index + 1))
            .Where(l => clock.IsMatch(l.Code))
            .Select(l => $"{Path.GetRelativePath(Repository.Root, file)}:{l.Number}: {l.Code.Trim()}");

    [GeneratedRegex(@"\b(DateTime|DateTimeOffset)\s*\.\s*(Now|UtcNow|Today)\b|\bEnvironment\s*\.\s*TickCount", RegexOptions.ExplicitCapture)]
    private static partial Regex WallClock();

    [GeneratedRegex(
        @"\b(now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday)\s*\(|\b(current_date|current_time|current_timestamp|localtime|localtimestamp)\b",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase)]
    private static partial Regex SqlClock();

    [GeneratedRegex(@"^\s*@?(global\s+)?using\s+(static\s+)?(\w+\s*=\s*)?Metrics\.(?<area>\w+).*$", RegexOptions.ExplicitCapture | RegexOptions.Multiline)]
    private static partial Regex UsingOfOurs();
}
