using System.Text;

namespace Metrics.Server.Demo;

/// <summary>One hand-written file: its header and its rows as they stand there.</summary>
internal sealed record SeedTable(
    string File, IReadOnlyList<string> Header, IReadOnlyList<IReadOnlyDictionary<string, string>> Rows);

/// <summary>The hand-written catalogue: the folder <c>seed/</c>.</summary>
internal sealed class SeedFolder(string path)
{
    public SeedTable Teams { get; } = Read(path, "teams");
    public SeedTable Datasets { get; } = Read(path, "datasets");
    public SeedTable Lineage { get; } = Read(path, "lineage");
    public SeedTable Pipelines { get; } = Read(path, "pipelines");
    public SeedTable Checks { get; } = Read(path, "checks");

    private static SeedTable Read(string folder, string file)
    {
        var path = Path.Combine(folder, file + ".csv");
        if (!System.IO.File.Exists(path))
        {
            throw new FileNotFoundException(
                $"The demo's catalogue has no {file}.csv in {folder}; it comes with the sources, in seed/.", path);
        }


        var lines = System.IO.File.ReadAllLines(path);
        var header = Cells(lines[0]);
        var rows = lines.Skip(1)
            .Where(l => l.Length > 0)
            .Select(l => (IReadOnlyDictionary<string, string>)header.Zip(Cells(l)).ToDictionary(p => p.First, p => p.Second));
        return new SeedTable(file, header, [.. rows]);
    }

    /// <summary>One line of CSV. Nobody writes line breaks into the cells of a catalogue by hand.</summary>
    private static List<string> Cells(string line)
    {
        var cells = new List<string>();
        var cell = new StringBuilder();
        var isQuoted = false;
        foreach (var letter in line)
        {
            switch (letter)
            {
                // A doubled quote closes and opens again at once: both are dropped, which seeds can live with.
                case '"':
                    isQuoted = !isQuoted;
                    break;
                case ',' when !isQuoted:
                    cells.Add(cell.ToString());
                    cell.Clear();
                    break;
                default:
                    cell.Append(letter);
                    break;
            }
        }

        cells.Add(cell.ToString());
        return cells;
    }
}
