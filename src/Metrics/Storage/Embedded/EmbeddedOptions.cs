namespace Metrics.Storage.Embedded;

/// <summary>How the embedded server is started.</summary>
public sealed record EmbeddedOptions
{
    /// <summary>
    /// The folder of <c>METRICS_DATA</c>; made if missing. Everything of the server lies in its subfolder <c>postgres</c>.
    /// Processes that name the same folder share one server.
    /// </summary>
    public required string DataFolder { get; init; }

    /// <summary>The folder of <c>postgres</c>, <c>initdb</c> and <c>pg_ctl</c>; null (the default) looks for it.</summary>
    public string? BinFolder { get; init; }

    /// <summary>
    /// True (the default): what is committed survives a power cut. False writes without waiting for the disk, for tests only:
    /// the cluster may be lost with the machine, though not with the process.
    /// </summary>
    public bool Durable { get; init; } = true;

    /// <summary>
    /// True lets the application's role create databases, as tests do; default false. It is withdrawn when the server is next
    /// started without it, and not from under the processes that share a running one.
    /// </summary>
    public bool AllowCreateDatabase { get; init; }

    /// <summary>
    /// The longest wait for another process that is starting the server, and for the server itself, which may have a crash to
    /// recover from; default five minutes.
    /// </summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Is told, in a sentence, what takes long and what is out of the ordinary; never a password.</summary>
    public Action<string>? Log { get; init; }
}
