namespace Metrics.Benchmarks;

/// <summary>A server to be measured, and how it is started.</summary>
/// <param name="Path">Where it answers; null when each shape has a path of its own.</param>
/// <param name="CountsAllocations">Whether it tells what its process has allocated.</param>
internal sealed record Contestant(string Name, string? Path, bool CountsAllocations, string File, IReadOnlyList<string> Arguments, string Folder)
{
    public static Contestant Canned { get; } = Own("ready bytes, bare socket (generator's ceiling)", "canned", null, countsAllocations: false);

    public static Contestant Floor { get; } = Own("bare Kestrel + System.Text.Json (floor)", "floor", null, countsAllocations: true);

    public static Contestant Ours { get; } = Own("Metrics.GraphQL", "ours", "/graphql", countsAllocations: true);

    public static IReadOnlyList<Contestant> Peers(string folder) =>
    [
        new("mercurius with JIT", "/graphql", false, "node", ["mercurius.mjs", "jit"], folder),
        new("mercurius", "/graphql", false, "node", ["mercurius.mjs"], folder),
        new("graphql-yoga", "/graphql", false, "node", ["yoga.mjs"], folder),
    ];

    public byte[] Request(Shape shape) => shape.Request(Path ?? shape.Path);

    public Task<ServerProcess> StartAsync(CancellationToken cancellationToken) => ServerProcess.StartAsync(File, Arguments, Folder, cancellationToken);

    private static Contestant Own(string name, string server, string? path, bool countsAllocations) =>
        new(name, path, countsAllocations, Environment.ProcessPath!, ["serve", server], AppContext.BaseDirectory);
}
