using System.Diagnostics;

namespace Metrics.GraphQL.Tests.Conformance;

/// <summary>Node with the packages of Metrics.GraphQL.Conformance/npm, installed once into a folder of temporary files.</summary>
internal static class NodeTools
{
    private static readonly Lazy<Task<(string? Folder, string? Reason)>> Installed = new(InstallAsync);

    /// <summary>The folder with scripts and packages; skips the test, saying why, where they cannot be had.</summary>
    public static async Task<string> FolderAsync()
    {
        var (folder, reason) = await Installed.Value;
        if (folder is null) Assert.Skip(reason!);
        return folder;
    }

    /// <summary>The folder of a shared conformance kit beside the repository, with its packages; null when there is none.</summary>
    public static string? SharedKit => Root is { } root && Directory.Exists(Path.Combine(root, "../shared/conformance")) ? Path.Combine(root, "../shared/conformance") : null;

    private static string? Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Metrics.sln"))) folder = folder.Parent;
            return folder?.FullName;
        }
    }

    public static async Task<(int ExitCode, string Output)> RunAsync(string folder, string command, IEnumerable<string> arguments, string? input = null)
    {
        var start = new ProcessStartInfo(command, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        if (input is not null) await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, await output + (process.ExitCode == 0 ? "" : await errors));
    }

    private static async Task<(string? Folder, string? Reason)> InstallAsync()
    {
        if (Root is not { } root) return (null, "The tests do not run inside the repository, so the npm scripts are not to be found.");
        var source = Path.Combine(root, "tests/Metrics.GraphQL.Conformance/npm");
        var folder = Path.Combine(Path.GetTempPath(), $"graphql-conformance-{Environment.UserName}");
        try
        {
            Directory.CreateDirectory(folder);
            foreach (var file in Directory.EnumerateFiles(source)) File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
            if (SharedKit is { } kit)
            {
                Directory.CreateDirectory(Path.Combine(folder, "shared"));
                foreach (var file in Directory.EnumerateFiles(kit, "*.mjs"))
                    await File.WriteAllTextAsync(Path.Combine(folder, "shared", Path.GetFileName(file)), await File.ReadAllTextAsync(file));
            }
            if (Directory.Exists(Path.Combine(folder, "node_modules/graphql-http"))) return (folder, null);
            var (exitCode, output) = await RunAsync(folder, "npm", ["install", "--no-audit", "--no-fund"]);
            return exitCode == 0 ? (folder, null) : (null, $"npm install failed: {output}");
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or IOException or OperationCanceledException)
        {
            return (null, $"node and npm are needed to compare with graphql-js: {e.Message}");
        }
    }
}
