using Metrics.GraphQL;
using Metrics.GraphQL.DataLoading;
using Metrics.Server.Api.Records;
using Metrics.Server.Hosting;

namespace Metrics.Server.Api;

/// <summary>One record behind a value, or one that was left out of it.</summary>
public sealed class Observation
{
    private readonly Kpis.Observation observation;

    internal Observation(Kpis.Observation observation) => this.observation = observation;

    /// <summary>The moment that places the record in a period.</summary>
    public DateTimeOffset At => observation.At;

    public int? Tier => observation.Cell.Tier;

    public string? Team => observation.Cell.Team;

    public string? Domain => observation.Cell.Domain;

    /// <summary>The datasets that it is about, as the catalogue names them.</summary>
    [ID]
    public IReadOnlyList<string> DatasetIds => observation.Cell.Datasets;

    public string? Pipeline => observation.Cell.Pipeline;

    public string? Severity => observation.Cell.Severity;

    public double? Numerator => (double?)observation.Numerator;

    public double? Denominator => (double?)observation.Denominator;

    public double? Value => observation.Value;

    /// <summary>Why it is left out; null for one that counts.</summary>
    public string? Excluded => observation.Excluded;

    /// <summary>What a reader should know of it.</summary>
    public string? Note => observation.Note;

    /// <summary>The kind of record, such as incident; null where there is no record, as for a day without a load.</summary>
    public string? Fact => observation.Record?.Fact;

    public string? SourceSystem => observation.Record?.Source;

    public string? Connection => observation.Record?.Connection;

    /// <summary>The record's key in its source.</summary>
    public string? SourceKey => observation.Record?.Key;

    /// <summary>Where the record is opened in its source system; null where that is not known. For browsers of people, not for programs.</summary>
    public Uri? GetUrl([Service] RecordLinks links) => observation.Record is { } record ? links.Of(record) : null;

    /// <summary>The datasets that it is about, as the catalogue has them now.</summary>
    public Task<IReadOnlyList<Dataset>> GetDatasetsAsync(IDataLoader<string, Dataset> datasetById) => datasetById.FindAsync(DatasetIds);

    /// <summary>The payload that brought the record as it is now.</summary>
    public Task<IngestBatch?> GetBatchAsync(IDataLoader<long, IngestBatch> batchByNumber) => batchByNumber.FindAsync(observation.Record?.Batch);
}
