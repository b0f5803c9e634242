using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Metrics.Kpis;
using Metrics.Kpis.Definitions;
using Metrics.Model;
using Metrics.Model.Facts;
using Metrics.Server.Hosting;
using FactAttribute = Xunit.FactAttribute;

namespace Metrics.Tests;

/// <summary>
/// The pages under <c>docs</c> say what the code says. Reference tables are written from the code: run with
/// <c>METRICS_WRITE_DOCS=1</c> to write them anew.
/// </summary>
public sealed partial class DocsTests
{
    private const string Begin = "<!-- written by DocsTests from the record types -->";
    private const string End = "<!-- end -->";

    [Fact]
    public void The_page_of_canonical_records_is_what_the_record_types_say() =>
        ShouldHold("canonical-records.md", string.Join("\n\n", FactSchema.All.OrderBy(f => f.File, StringComparer.Ordinal).Select(Section)));

    [Fact]
    public void The_page_of_kpi_files_lists_the_views_as_they_are() =>
        ShouldHold("kpi-files.md", "| view | columns |\n|---|---|\n" + string.Join('\n', FactSchema.All.Select(f => $"| `{f.Name}` | {ViewColumns(f)} |")));

    [Fact]
    public void The_page_of_kpi_files_names_every_key_column_and_word()
    {
        var page = Page("kpi-files.md");
        var faults = Should.Throw<KpiFilesException>(() => KpiLibrary.Load([("q/x.sql", "/* ---\nunheard: of\n--- */\nselect 1")])).Faults;
        var keys = faults.Select(f => f.Message).Single(m => m.Contains("is not a key", StringComparison.Ordinal)).Split("allowed are ")[1].Split(", ");

        keys.Length.ShouldBeGreaterThan(15);
        string.Join(", ", keys.Concat(ObservationQuery.Columns.Select(c => c.Name)).Concat(KpiSqlRules.Parameters).Concat(Units.All)
            .Concat(Enum.GetValues<Dimension>().Select(d => FactSchema.SnakeCase(d.ToString())))
            .Where(word => !page.Contains($"`{word}`", StringComparison.Ordinal))).ShouldBe("");
    }

    [Fact]
    public void The_readme_names_every_setting_with_its_meaning()
    {
        var readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));

        string.Join(", ", Settings.Load([]).All.Select(s => s.Name)
            .Where(n => !readme.Contains($"| `{n}` |", StringComparison.Ordinal))).ShouldBe("");
    }

    [Fact]
    public void Every_link_between_pages_leads_somewhere()
    {
        var broken =
            from page in Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)
                .Concat(Directory.EnumerateFiles(Repository.Root, "*.md"))
            from Match link in Link().Matches(File.ReadAllText(page))
            let target = link.Groups["target"].Value
            where !target.Contains(':', StringComparison.Ordinal) && !Path.Exists(Path.Combine(Path.GetDirectoryName(page)!, target))
            select $"{Path.GetRelativePath(Repository.Root, page)}: {target}";

        string.Join('\n', broken).ShouldBe("");
    }

    [Fact]
    public void Every_decision_is_in_the_index_and_on_the_template()
    {
        var folder = Path.Combine(Repository.Root, "docs", "adr");
        var index = File.ReadAllText(Path.Combine(folder, "README.md"));
        foreach (var record in Directory.GetFiles(folder, "0*.md"))
        {
            index.ShouldContain($"({Path.GetFileName(record)})");
            foreach (var heading in (string[])["## Context", "## Decision", "## Rationale", "## Consequences", "### Easier", "### Harder"])
                File.ReadAllText(record).ShouldContain(heading, customMessage: Path.GetFileName(record));
        }
    }

    private static string Section(FactSchema fact)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"## {fact.File}\n\n{Summary($"T:{fact.Type.FullName}")}\n\n");
        text.Append("| column | value | meaning |\n|---|---|---|");
        foreach (var column in fact.Columns)
        {
            var meaning = string.Join(' ', new[]
            {
                Summary($"P:{fact.Type.FullName}.{column.Property}"),
                column.IsRedacted ? "Stored only as a keyed hash; not in the view." : column.IsPersonal ? "Personal; not in the view." : "",
            }.Where(m => m.Length > 0));
            text.Append(CultureInfo.InvariantCulture, $"\n| `{column.Name}`{(column.IsKey ? " *" : "")} | {Value(column)} | {meaning} |");
        }

        return text.ToString();
    }

    private static string Value(FactColumn column)
    {
        var type = column.ValueType;
        var one = column.Words.Count > 0 ? string.Join(", ", column.Words)
            : type == typeof(string) ? "text"
            : type == typeof(int) || type == typeof(long) ? "whole number"
            : type == typeof(decimal) ? "number"
            : type == typeof(bool) ? "true, false"
            : type == typeof(DateTimeOffset) ? "timestamp"
            : type == typeof(DateOnly) ? "date"
            : type == typeof(TimeOnly) ? "time"
            : type == typeof(TimeSpan) ? "duration"
            : throw new InvalidOperationException($"{type} is not described.");
        return (column.IsList ? "list of " : "") + one + (column.IsKey && !column.IsRequired ? "; may be empty" : "");
    }

    private static string ViewColumns(FactSchema fact)
    {
        var columns = fact.Columns.Where(c => !c.IsRedacted && (fact.Catalogue is null || c.Name != "valid_from"))
            .Select(c => c.IsPersonal ? c.Name + "_given" : c.Name);
        return string.Join(", ", fact.Catalogue is null ? columns : columns.Append("valid_from").Append("valid_to"));
    }

    /// <summary>What the source says of a type or property, on one line.</summary>
    private static string Summary(string member)
    {
        var summary = Comments.Value.TryGetValue(member, out var found) ? found : null;
        if (summary is null) return "";
        foreach (var reference in summary.Descendants("see").ToList())
            reference.ReplaceWith(FactSchema.SnakeCase(((string?)reference.Attribute("cref") ?? (string?)reference.Attribute("langword"))!.Split('.')[^1]));
        foreach (var code in summary.Descendants("c").ToList()) code.ReplaceWith($"`{code.Value}`");
        return Spaces().Replace(summary.Value, " ").Trim().Replace("|", "\\|", StringComparison.Ordinal);
    }

    private static Lazy<Dictionary<string, XElement?>> Comments { get; } = new(() =>
        XDocument.Load(Path.Combine(AppContext.BaseDirectory, "Metrics.xml")).Descendants("member")
            .ToDictionary(m => m.Attribute("name")!.Value, m => m.Element("summary")));

    /// <summary>Compares what stands between the marks of a page; writes it where that was asked for.</summary>
    private static void ShouldHold(string page, string expected)
    {
        var text = Page(page);
        var begin = text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        var end = text.IndexOf(End, begin, StringComparison.Ordinal);
        if (Environment.GetEnvironmentVariable("METRICS_WRITE_DOCS") == "1")
            File.WriteAllText(PathOf(page), $"{text[..begin]}\n\n{expected}\n\n{text[end..]}");
        else
            text[begin..end].Trim().ShouldBe(expected, $"docs/{page} is behind the record types; CONTRIBUTING.md says how to write it anew.");
    }

    private static string Page(string name) => File.ReadAllText(PathOf(name)).ReplaceLineEndings("\n");

    private static string PathOf(string page) => Path.Combine(Repository.Root, "docs", page);

    [GeneratedRegex(@"\]\((?<target>[^)#]+)(#[^)]*)?\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Link();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
