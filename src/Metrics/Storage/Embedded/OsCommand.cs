using System.Diagnostics;

namespace Metrics.Storage.Embedded;

/// <summary>A program to run to its end, and how.</summary>
/// <param name="Program">Its path, or its name if it is in PATH.</param>
/// <param name="Arguments">Its arguments, as it will see them. Other users of the machine can read them.</param>
internal sealed record OsCommand(string Program, params IReadOnlyList<string> Arguments)
{
    private static readonly string[] InheritedVariables =
        ["PATH", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH"];

    /// <summary>Written to its standard input, which is then closed.</summary>
    public string Input { get; init; } = "";

    /// <summary>The working folder; the user it runs as must be able to enter it.</summary>
    public string Folder { get; init; } = "/";

    /// <summary>The cluster it works on (<c>PGDATA</c>), if any.</summary>
    public string? Cluster { get; init; }

    /// <summary>False if what it has started is to live on when the run is cancelled.</summary>
    public bool CancelsWithChildren { get; init; } = true;

    /// <summary>Runs the program to its end, whatever its exit code; a program that cannot be started has exit code 127.</summary>
    public async Task<OsResult> RunAsync(CancellationToken cancellation)
    {
        using var process = new Process { StartInfo = StartInfo() };
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return new OsResult(127, "", e.Message);
        }

        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellation);
            var error = process.StandardError.ReadToEndAsync(cancellation);
            await WriteInputAsync(process, cancellation);
            await process.WaitForExitAsync(cancellation);
            return new OsResult(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(CancelsWithChildren);
            throw;
        }
    }

    private async Task WriteInputAsync(Process process, CancellationToken cancellation)
    {
        try
        {
            await process.StandardInput.WriteAsync(Input.AsMemory(), cancellation);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // A program that ends before it has read its input says why on standard error.
        }
    }

    private ProcessStartInfo StartInfo()
    {
        var start = new ProcessStartInfo(Program, Arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Folder,
        };

        // The server outlives this process: it must not carry this process's secrets, nor be led astray by PGPORT and the like.
        start.Environment.Clear();
        foreach (var name in InheritedVariables)
            if (Environment.GetEnvironmentVariable(name) is { } value)
                start.Environment[name] = value;
        start.Environment["LC_ALL"] = "C";
        if (Cluster is not null)
            start.Environment["PGDATA"] = Cluster;
        return start;
    }
}

/// <summary>What a program left behind.</summary>
internal sealed record OsResult(int ExitCode, string Output, string Error)
{
    public bool Succeeded => ExitCode == 0;

    /// <summary>Both streams as one text, for an error message.</summary>
    public string Text => $"{Error.Trim()}\n{Output.Trim()}".Trim();
}
