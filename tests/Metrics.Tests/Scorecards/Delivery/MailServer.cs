using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Metrics.Scorecards.Delivery;

namespace Metrics.Tests.Scorecards.Delivery;

/// <summary>A real mail server on this machine, <c>mail_server.py</c>, with all that it has taken.</summary>
internal sealed class MailServer : IAsyncDisposable
{
    public const string User = "metrics";
    public const string Password = "pass word:ü";

    private static readonly string Script = Path.Combine(Repository.Root, "tests", "Metrics.Tests", "Scorecards", "Delivery", "mail_server.py");

    private readonly DirectoryInfo folder;
    private readonly Process process;

    private MailServer(DirectoryInfo folder, Process process, int port) => (this.folder, this.process, Port) = (folder, process, port);

    public int Port { get; }

    /// <summary>The certificate that it shows, where it shows one.</summary>
    public string Certificate => Path.Combine(folder.FullName, "certificate.pem");

    /// <param name="tls">Whether it has a certificate; then it insists on TLS.</param>
    /// <param name="isImplicit">TLS from the first byte, not by STARTTLS.</param>
    /// <param name="auth">Whether it wants a sign-in.</param>
    /// <param name="without">A mechanism of AUTH that it does not offer.</param>
    public static async Task<MailServer> StartAsync(bool tls = false, bool isImplicit = false, bool auth = false, string? without = null)
    {
        var made = Directory.CreateTempSubdirectory("metrics-mail-");
        List<string> arguments = [Script, "serve", made.FullName];
        if (tls)
        {
            WriteCertificate(made.FullName);
            arguments.AddRange(["--certificate", Path.Combine(made.FullName, "certificate.pem"), "--key", Path.Combine(made.FullName, "key.pem")]);
        }

        if (isImplicit) arguments.Add("--implicit");
        if (auth) arguments.AddRange(["--account", $"{User}:{Password}"]);
        if (without is not null) arguments.AddRange(["--without", without]);
        var started = Process.Start(new ProcessStartInfo("/usr/bin/python3", arguments) { UseShellExecute = false, RedirectStandardOutput = true })!;
        var line = await started.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        line.ShouldNotBeNull("python3-aiosmtpd is needed: ./test installs it");
        return new MailServer(made, started, int.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture));
    }

    public SmtpSettings Settings(SmtpTls tls = SmtpTls.None) => new()
    {
        Host = "127.0.0.1",
        Port = Port,
        Tls = tls,
        From = Mailbox.Parse("Data platform <metrics@example.com>"),
        CertificateAuthority = File.Exists(Certificate) ? Certificate : null,
        Timeout = TimeSpan.FromSeconds(20),
    };

    /// <summary>What it has taken, in order: to whom, and in which file the letter lies.</summary>
    public IReadOnlyList<Taken> Letters() =>
    [
        .. folder.GetFiles("*.json").OrderBy(f => f.Name, StringComparer.Ordinal).Select(f =>
        {
            using var facts = JsonDocument.Parse(File.ReadAllText(f.FullName));
            var root = facts.RootElement;
            return new Taken(
                root.GetProperty("to")[0].GetString()!, root.GetProperty("from").GetString()!, root.GetProperty("tls").GetBoolean(),
                root.GetProperty("user").GetString(), Path.ChangeExtension(f.FullName, ".eml"));
        }),
    ];

    /// <summary>A letter as Python's email package reads it.</summary>
    public static async Task<JsonElement> ParseAsync(string file)
    {
        using var reader = Process.Start(new ProcessStartInfo("/usr/bin/python3", [Script, "parse", file]) { UseShellExecute = false, RedirectStandardOutput = true })!;
        var text = await reader.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await reader.WaitForExitAsync(TestContext.Current.CancellationToken);
        return JsonDocument.Parse(text).RootElement;
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        folder.Delete(recursive: true);
    }

    private static void WriteCertificate(string folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        File.WriteAllText(Path.Combine(folder, "certificate.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "key.pem"), key.ExportPkcs8PrivateKeyPem());
    }

    internal sealed record Taken(string To, string From, bool Tls, string? User, string File);
}
