using Metrics.Model.Facts;

namespace Metrics.Sources.Dbt;

/// <summary><c>catalog.json</c>: the relations that exist in the warehouse, with their comments.</summary>
internal sealed class DbtCatalog(DbtArtifact artifact, DbtPrivacy privacy)
{
    /// <summary>
    /// A source of its own in the catalogue: as part of <c>dbt</c> its short entries would count as later snapshots of the
    /// manifest's and take back all that they do not repeat.
    /// </summary>
    public const string SourceName = "dbt_catalog";

    public IEnumerable<Reading> Read() => artifact.Root.At("sources").Members().Concat(artifact.Root.At("nodes").Members())
        .Where(n => DbtNames.Resource(n.Name) is "model" or "seed" or "snapshot" or "source")
        .Select(n => new RecordRead(new Dataset
        {
            // By unique_id: warehouses change the case of names, and the manifest knows which relation it is.
            Id = n.Name,
            Name = n.Value.At("metadata").Text("name"),
            Description = privacy.Clean(n.Value.At("metadata").Text("comment")),
            Source = SourceName,
            UpdatedAt = artifact.GeneratedAt,
            SeenAt = artifact.GeneratedAt,
        }));
}
