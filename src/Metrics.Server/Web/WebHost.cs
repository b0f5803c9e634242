using Metrics.Server.Access;
using Metrics.Server.Api;
using Metrics.Server.Hosting;
using Metrics.Server.Ingest;
using Metrics.Server.Jobs;

namespace Metrics.Server.Web;

/// <summary>The service: its endpoints and background work. This file is its table of contents.</summary>
internal static class WebHost
{
    /// <summary>The cost of 50,000 rows of a KPI with all their fields.</summary>
    private const long LargestPage = 2_500_000;

    /// <param name="product">Open for as long as the service runs.</param>
    /// <param name="output">The folder of the PDFs to offer.</param>
    public static WebApplication Build(Product product, Settings settings, string output)
    {
        var urls = settings["Urls"];
        var access = AccessSettings.Of(settings);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddRazorComponents();
        builder.WebHost.UseUrls(urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        builder.WebHost.ConfigureKestrel(k => k.AddServerHeader = false);
        var level = settings.Word<LogLevel>("Log:Level");
        var aside = level < LogLevel.Information ? level : LogLevel.Warning;
        builder.Logging.ClearProviders().AddSimpleConsole(c => c.SingleLine = true).SetMinimumLevel(level)
            .AddFilter("Microsoft", aside)
            .AddFilter("Metrics.Server.Access", aside)
            // It logs addresses whole, and that of a sign-in has the provider's code in it.
            .AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning)
            .AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        builder.Services.AddSingleton(product);
        builder.Services.AddAccess(access, product);
        builder.Services.AddSingleton<KpiRefresh>();
        builder.Services.AddHostedService(services => services.GetRequiredService<KpiRefresh>());
        builder.Services.AddHostedService<DeliveryRound>();
        builder.Services.AddHostedService<RestatementWatch>();
        builder.Services.AddHostedService<BiRefresh>();
        var connections = Product.Connections(settings);
        builder.Services.AddHostedService(services => new SyncSchedule(product, connections, settings.Days("Retention:LandedDays"), services.GetRequiredService<ILogger<SyncSchedule>>()));
        builder.Services.AddGraph(product, settings, connections, o =>
        {
            o.TrustedDocuments = settings["Reports:Folder"] is { Length: > 0 } folder ? folder : Folders.Reports;
            o.MaxCost = LargestPage;
        });

        var app = builder.Build();
        app.UseHostFiltering();
        app.Use(Security.HeadersAsync);
        app.Use(Failures.TranslateAsync);
        app.UseAccess(access);
        app.MapGraphQL();
        app.MapIngest(product, connections, IngestLimits.Of(settings));
        app.MapHealth(product);
        app.MapStartPage(product, output);
        return app;
    }
}
