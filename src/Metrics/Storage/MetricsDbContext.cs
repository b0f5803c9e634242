using Metrics.Model.Facts;
using Microsoft.EntityFrameworkCore;

namespace Metrics.Storage;

/// <summary>
/// What pages and the API read of the ingest and the catalogue. The tables are made by migrations and by
/// <see cref="FactTables"/>; this maps onto them and never writes.
/// </summary>
public sealed class MetricsDbContext(DbContextOptions<MetricsDbContext> options) : DbContext(options)
{
    public DbSet<Batch> Batches => Set<Batch>();

    public DbSet<RejectedRecord> RejectedRecords => Set<RejectedRecord>();

    /// <summary>Every version of every dataset; the one in force now has <see cref="DatasetVersion.ValidTo"/> in the future.</summary>
    public DbSet<DatasetVersion> DatasetVersions => Set<DatasetVersion>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        var batch = modelBuilder.Entity<Batch>();
        batch.ToTable("batch", "ingest").HasKey(b => b.Number);
        batch.Property(b => b.Number).HasColumnName("batch");
        batch.HasMany<RejectedRecord>().WithOne().HasForeignKey(r => r.Batch);

        var rejected = modelBuilder.Entity<RejectedRecord>();
        rejected.ToTable("rejected", "ingest").HasKey(r => r.Number);
        rejected.Property(r => r.Number).HasColumnName("rejected");

        var dataset = modelBuilder.Entity<DatasetVersion>();
        dataset.HasNoKey().ToView("dataset", FactTables.ViewSchema);
        dataset.Property(d => d.Id).HasColumnName("dataset");

        foreach (var property in modelBuilder.Model.GetEntityTypes().SelectMany(e => e.GetProperties()))
            if (property.GetColumnName() == property.Name) property.SetColumnName(FactSchema.SnakeCase(property.Name));
    }
}

/// <summary>A payload that arrived, and what became of it.</summary>
public sealed record Batch
{
    public required long Number { get; init; }
    public required string Source { get; init; }
    public required string Name { get; init; }

    /// <summary>landed, committed or failed.</summary>
    public required string State { get; init; }

    /// <summary>Of the original payload.</summary>
    public required string Sha256 { get; init; }

    public required DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset? CommittedAt { get; init; }
    public required long RowsNew { get; init; }
    public required long RowsChanged { get; init; }
    public required long RowsSame { get; init; }
    public required long RowsRejected { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Error { get; init; }
}

/// <summary>A record that could not be read, kept until it can.</summary>
public sealed record RejectedRecord
{
    public required long Number { get; init; }
    public required long Batch { get; init; }

    /// <summary>File, line and column, or a JSON path.</summary>
    public required string Place { get; init; }

    public required string Payload { get; init; }
    public required string Reason { get; init; }
}

/// <summary>What held of a dataset over a time.</summary>
public sealed record DatasetVersion
{
    public required string Id { get; init; }
    public required DateTimeOffset ValidFrom { get; init; }

    /// <summary>Exclusive.</summary>
    public required DateTimeOffset ValidTo { get; init; }

    public string? Name { get; init; }
    public int? Tier { get; init; }
    public string? Team { get; init; }
    public string? Domain { get; init; }
    public string? Description { get; init; }
    public string? Classification { get; init; }
    public string? Lifecycle { get; init; }
    public string? DataProduct { get; init; }
}
