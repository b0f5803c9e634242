using System.Globalization;
using Metrics.Benchmarks.Load;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Metrics.Benchmarks.Servers;

/// <summary>The child process: one server on a free port of 127.0.0.1, until its standard input closes.</summary>
internal static class ServerHost
{
    public const string AllocatedPath = "/allocated";

    public static async Task<int> RunAsync(string name, CancellationToken cancellationToken)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var parentGone = Task.Run(async () =>
        {
            while (await Console.In.ReadLineAsync(CancellationToken.None) is not null) { }
            await stopping.CancelAsync();
        }, CancellationToken.None);
        switch (name)
        {
            case "canned":
                LoadGenerator.UseOneThread();
                await CannedServer.RunAsync(Announce, stopping.Token);
                break;
            case "floor": await RunKestrelAsync(_ => { }, FloorEndpoints.Map, stopping.Token); break;
            case "ours":
                await RunKestrelAsync(
                    services => services.AddGraphQLServer().AddTypes(typeof(BenchmarkQueries)), app => app.MapGraphQL(), stopping.Token);
                break;
            default: throw new ArgumentException($"There is no server '{name}'; there are canned, floor and ours.", nameof(name));
        }
        return 0;
    }

    private static async Task RunKestrelAsync(Action<IServiceCollection> register, Action<WebApplication> map, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        register(builder.Services);
        await using var app = builder.Build();
        map(app);
        app.MapGet(AllocatedPath, () => GC.GetTotalAllocatedBytes(precise: true).ToString(CultureInfo.InvariantCulture));
        await app.StartAsync(cancellationToken);
        Announce(new Uri(app.Urls.Single()).Port);
        await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static void Announce(int port) => Console.WriteLine($"listening {port}");
}
