using System.Security.Cryptography;
using System.Text.Json;

namespace Metrics.Storage.Embedded;

/// <summary>The random passwords of the cluster's three roles, kept in a file that only its owner may read.</summary>
internal sealed record EmbeddedPasswords(string Superuser, string Application, string Reader)
{
    public static EmbeddedPasswords New() => new(Random(), Random(), Random());

    /// <summary>Reads the file.</summary>
    /// <exception cref="PostgresUnavailableException">It is missing or damaged.</exception>
    public static EmbeddedPasswords Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<EmbeddedPasswords>(File.ReadAllText(path))
                ?? throw new JsonException("It is empty.");
        }
        catch (Exception e) when (e is FileNotFoundException or JsonException)
        {
            throw new PostgresUnavailableException(
                $"The passwords of the embedded PostgreSQL cannot be read from {path}: restore that file from a backup, or move "
                + $"the folder {Path.GetDirectoryName(path)} away to begin with an empty database.",
                e);
        }
    }

    /// <summary>Writes the file whole, or not at all.</summary>
    public void Write(string path)
    {
        var fresh = path + ".new";
        File.Delete(fresh);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var stream = new FileStream(fresh, options))
        {
            JsonSerializer.Serialize(stream, this);
            stream.Flush(flushToDisk: true);
        }

        File.Move(fresh, path, overwrite: true);
    }

    private static string Random() => RandomNumberGenerator.GetHexString(48, lowercase: true);
}
