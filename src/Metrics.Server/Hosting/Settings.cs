using System.Globalization;
using Metrics.Model;
using Metrics.Sync;
using YamlDotNet.RepresentationModel;

namespace Metrics.Server.Hosting;

/// <summary>A setting that cannot be used; the message gives its value, what is allowed and where it came from.</summary>
public sealed class SettingsException(string message) : Exception(message);

/// <summary>
/// Every setting and where it came from: the command line (<c>--set Reporting:TimeZone=…</c>) over environment variables
/// (<c>Reporting__TimeZone</c>) over <c>metrics.yaml</c> over the defaults.
/// </summary>
public sealed class Settings
{
    /// <summary>Looked for in the working folder; <c>METRICS_CONFIG</c> names another.</summary>
    public const string FileName = "metrics.yaml";

    private static readonly (string Name, string Default, string Meaning)[] Known =
    [
        ("ConnectionStrings:Metrics", "", "PostgreSQL 15 or later to use instead of the embedded one"),
        ("ConnectionStrings:MetricsReader", "", "the login that runs KPI files there; made by the program if it may create roles"),
        ("Reporting:TimeZone", "UTC", "IANA zone of days, weeks and quarters"),
        ("Reporting:FiscalYearStartMonth", "1", "1 to 12"),
        ("Reporting:Holidays", "", "ISO dates, separated by commas"),
        ("Reporting:Currency", "EUR", "ISO 4217"),
        ("Reporting:Rates", "", "what other currencies are worth in it: USD 2026-01-01 0.92, CHF 2026-01-01 1.05; or a mapping in YAML"),
        ("Reporting:AttritionNorm", "10 %", "the share of people a year who may leave of their own accord"),
        ("Reporting:Culture", "en-GB", "how numbers are written"),
        ("Reporting:Paper", "A4", "A4 or Letter"),
        ("Scorecards:TwoPeople", "true", "whether who approves a scorecard or a waiver must be another person: true or false"),
        ("Targets:TwoPeople", "false", "whether another person must approve changed targets: true or false"),
        ("Catalog:Precedence", "catalog,canonical,dbt", "sources whose word counts more, the most trusted first"),
        ("Kpis:Folder", "", "the folder of KPI files; queries/kpis beside the program by default"),
        ("Reports:Folder", "", "the folder of named GraphQL documents; queries/reports beside the program by default"),
        ("Sources:File", SourcesFile.DefaultName, "the connections to source systems"),
        ("Ingest:LargestEvent", "10", "MB of one event sent to /ingest, unpacked"),
        ("Ingest:LargestFile", "1024", "MB of one file sent to /ingest; it may unpack to ten times as much"),
        ("Retention:LandedDays", "400", "days after which the content of landed payloads is deleted; records stay"),
        ("Smtp:Host", "", "the mail server; without one nothing is sent"),
        ("Smtp:Port", "587", "1 to 65535"),
        ("Smtp:Tls", "required", "required (STARTTLS), optional, implicit or none"),
        ("Smtp:User", "", "whom to sign in as; none to not sign in"),
        ("Smtp:Password", "", "best from the environment, Smtp__Password"),
        ("Smtp:From", "", "the sender, as metrics@example.com or \"Data platform <metrics@example.com>\""),
        ("Smtp:CertificateAuthority", "", "a PEM file of certificates to trust instead of the system's"),
        ("Smtp:TimeoutSeconds", "60", "for each command, 1 to 120"),
        ("Delivery:BusinessDay", "3", "scorecards go out on this business day after the quarter, 1 to 20; 0 for by hand only"),
        ("Delivery:Time", "09:00", "at this time, in the reporting zone"),
        ("Delivery:Cron", "", "in place of both: the first moment after the quarter of a cron expression, as \"0 9 5 * *\""),
        ("Delivery:Owner", "", "the address that is told of what is overdue or in doubt"),
        ("Delivery:Approver", "", "another one"),
        ("Delivery:Link", "", "the address of the service as readers know it, for links"),
        ("Notifications:Slack", "", "an incoming webhook; from the environment, Notifications__Slack"),
        ("Notifications:Teams", "", "the webhook of a workflow; from the environment, Notifications__Teams"),
        ("Urls", "http://127.0.0.1:8080", "where the service listens"),
        ("Auth:Tokens", "false", "whether API tokens are accepted: true or false; with any way to sign in, every request needs one"),
        ("Auth:Hosts", "", "the names by which callers reach the service, separated by commas; loopback names always"),
        ("Auth:Roles", "", "what roles stand for: ROLE=SCOPE, separated by commas, * for everybody; by default each scope is the role of its name"),
        ("Auth:RequestsPerSecond", "50", "of each token, person or address in the long run; 0 for no limit"),
        ("Auth:Burst", "200", "requests that each may make at once"),
        ("Auth:OAuth:Authorize", "", "where browsers sign in: the provider's authorization endpoint"),
        ("Auth:OAuth:Token", "", "its token endpoint"),
        ("Auth:OAuth:UserInfo", "", "its userinfo endpoint"),
        ("Auth:OAuth:ClientId", "", "what the provider knows this service as"),
        ("Auth:OAuth:ClientSecret", "", "from the environment, Auth__OAuth__ClientSecret"),
        ("Auth:OAuth:Scopes", "openid profile email", "what is asked of the provider"),
        ("Auth:OAuth:NameClaim", "email", "what names a person; sub where it is missing"),
        ("Auth:OAuth:RolesClaim", "roles", "what lists a person's roles; a.b for b within a"),
        ("Auth:OAuth:TeamsClaim", "", "what lists the teams whose rows a reader may see, * for all; none for no limit"),
        ("Auth:OAuth:DomainsClaim", "", "likewise for domains"),
        ("Auth:OAuth:SessionHours", "8", "how long a browser stays signed in, 1 to 720"),
        ("Auth:Proxy:Addresses", "", "addresses or networks of proxies in front, whose X-Forwarded-For and -Proto are taken"),
        ("Auth:Proxy:UserHeader", "", "the header in which such a proxy says who asks; none to take nobody's word"),
        ("Auth:Proxy:RolesHeader", "", "the header of roles, separated by commas"),
        ("Auth:Proxy:TeamsHeader", "", "the header of the teams whose rows a reader may see, * for all; none for no limit"),
        ("Auth:Proxy:DomainsHeader", "", "likewise for domains"),
        ("Log:Level", "Information", "Trace, Debug, Information, Warning or Error"),
    ];

    private readonly Dictionary<string, (string Value, string Origin)> values;

    private Settings(Dictionary<string, (string, string)> values) => this.values = values;

    /// <summary>Name, value (secrets masked), origin and meaning of each.</summary>
    public IEnumerable<(string Name, string Value, string Origin, string Meaning)> All =>
        Known.Select(k => (k.Name, Mask(k.Name, this[k.Name]), values.TryGetValue(k.Name, out var set) ? set.Origin : "default", k.Meaning));

    public string this[string name] => values.TryGetValue(name, out var set)
        ? set.Value
        : Array.Find(Known, k => k.Name == name).Default;

    /// <param name="overrides"><c>Name=value</c> pairs of the command line.</param>
    /// <exception cref="SettingsException">A name is unknown, or the file cannot be read.</exception>
    public static Settings Load(IEnumerable<string> overrides)
    {
        var found = new Dictionary<string, (string, string)>(StringComparer.OrdinalIgnoreCase);
        var file = Environment.GetEnvironmentVariable("METRICS_CONFIG") ?? FileName;
        if (File.Exists(file)) ReadFile(file, found);
        foreach (var (name, _, _) in Known)
        {
            var variable = name.Replace(":", "__", StringComparison.Ordinal);
            if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value) found[name] = (value, variable);
        }

        foreach (var pair in overrides)
        {
            var at = pair.IndexOf('=', StringComparison.Ordinal);
            if (at < 0) throw new SettingsException($"--set \"{pair}\" has no \"=\"; write --set Reporting:TimeZone=Europe/Berlin.");
            found[Name(pair[..at], "--set")] = (pair[(at + 1)..], "--set");
        }

        return new Settings(found);
    }

    /// <exception cref="SettingsException">A value is not allowed.</exception>
    public ReportingSettings Reporting()
    {
        try
        {
            return new ReportingSettings
            {
                Calendar = ReportingCalendar.Create(
                    this["Reporting:TimeZone"],
                    Number("Reporting:FiscalYearStartMonth", 1, 12),
                    List("Reporting:Holidays").Select(Date)),
                Currency = Currency(this["Reporting:Currency"]),
                Rates = Rates(),
                AttritionNorm = Share("Reporting:AttritionNorm"),
                Culture = CultureInfo.GetCultureInfo(this["Reporting:Culture"], predefinedOnly: true),
                Precedence = List("Catalog:Precedence"),
            };
        }
        catch (Exception wrong) when (wrong is ArgumentException or FormatException or TimeZoneNotFoundException)
        {
            throw new SettingsException($"The settings cannot be used: {wrong.Message}");
        }
    }

    private DateOnly Date(string text) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
        ? date
        : throw new SettingsException($"Reporting:Holidays has \"{text}\"; write dates as 2026-12-25, separated by commas.");

    private static string Currency(string code) => code.Length == 3 && code.All(char.IsAsciiLetterUpper)
        ? code
        : throw new SettingsException($"Reporting:Currency is \"{code}\"; write an ISO 4217 code such as EUR.");

    private ExchangeRates Rates()
    {
        var rates = ExchangeRates.Parse(this["Reporting:Rates"]);
        return rates.All.FirstOrDefault(r => r.Currency == this["Reporting:Currency"]) is { } own
            ? throw new SettingsException($"Reporting:Rates has a rate for {own.Currency}, which is the reporting currency; leave it out.")
            : rates;
    }

    /// <summary>More than 0 and at most 1, written as a fraction or as a percentage.</summary>
    private decimal Share(string name)
    {
        var text = this[name].Trim();
        var digits = text.TrimEnd('%', ' ');
        return decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            && (text.EndsWith('%') ? value / 100 : value) is > 0 and <= 1 and var share
                ? share
                : throw new SettingsException($"{name} is \"{text}\"; write a share such as 10 % or 0.1.");
    }

    /// <summary>A size in bytes of a setting in MB.</summary>
    /// <exception cref="SettingsException">The value is not allowed.</exception>
    public long Megabytes(string name) => Number(name, 1, 100_000) * (1L << 20);

    /// <summary>A length of time of a setting in days.</summary>
    /// <exception cref="SettingsException">The value is not allowed.</exception>
    public TimeSpan Days(string name) => TimeSpan.FromDays(Number(name, 1, 36_500));

    /// <exception cref="SettingsException">It is neither true nor false.</exception>
    public bool Flag(string name) => bool.TryParse(this[name], out var value)
        ? value
        : throw new SettingsException($"{name} is \"{this[name]}\"; allowed are true, false.");

    /// <summary>One of some words, whatever their case.</summary>
    /// <exception cref="SettingsException">It is none of them.</exception>
    public T Word<T>(string name) where T : struct, Enum => Enum.TryParse<T>(this[name], ignoreCase: true, out var value) && Enum.IsDefined(value)
        ? value
        : throw new SettingsException($"{name} is \"{this[name]}\"; allowed are {string.Join(", ", Enum.GetNames<T>())}.");

    /// <exception cref="SettingsException">It is no whole number within these bounds.</exception>
    public int Number(string name, int lowest, int highest) =>
        int.TryParse(this[name], NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= lowest && value <= highest
            ? value
            : throw new SettingsException($"{name} is \"{this[name]}\"; allowed are {lowest} to {highest}.");

    /// <summary>The items of a list, separated by commas.</summary>
    public IReadOnlyList<string> List(string name) =>
        [.. this[name].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];

    private static void ReadFile(string file, Dictionary<string, (string, string)> values)
    {
        try
        {
            var yaml = new YamlStream();
            using var text = File.OpenText(file);
            yaml.Load(text);
            if (yaml.Documents is [{ RootNode: YamlMappingNode root }]) Flatten(root, "");
        }
        catch (YamlDotNet.Core.YamlException broken)
        {
            throw new SettingsException($"{file}:{broken.Start.Line}: not valid YAML: {broken.Message}");
        }

        void Flatten(YamlMappingNode node, string prefix)
        {
            foreach (var (key, value) in node.Children)
            {
                var name = prefix + key;
                if (name.Equals("Reporting:Rates", StringComparison.OrdinalIgnoreCase) && value is YamlMappingNode rates)
                    values["Reporting:Rates"] = (RatesInYaml.Text(rates, file), $"{file}:{key.Start.Line}");
                else if (value is YamlMappingNode nested) Flatten(nested, name + ":");
                else values[Name(name, $"{file}:{key.Start.Line}")] = (
                    value is YamlSequenceNode list ? string.Join(',', list.Select(i => i.ToString())) : value.ToString(), $"{file}:{key.Start.Line}");
            }
        }
    }

    private static string Name(string name, string origin) =>
        Array.Find(Known, k => k.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Name
        ?? throw new SettingsException($"{origin}: there is no setting \"{name}\"; there are {string.Join(", ", Known.Select(k => k.Name))}.");

    private static string Mask(string name, string value)
    {
        if (value.Length == 0) return value;
        if (name is "Smtp:Password" or "Auth:OAuth:ClientSecret" || name.StartsWith("Notifications:", StringComparison.Ordinal)) return "***";
        if (!name.StartsWith("ConnectionStrings:", StringComparison.Ordinal)) return value;
        try
        {
            var text = new Npgsql.NpgsqlConnectionStringBuilder(value);
            return $"Host={text.Host};Port={text.Port};Database={text.Database};Username={text.Username};Password=***";
        }
        catch (ArgumentException)
        {
            return "***";
        }
    }
}
