using System.CommandLine;
using System.Globalization;
using Metrics.Storage;

namespace Metrics.Server.Commands;

/// <summary><c>metrics bi login|refresh</c></summary>
internal static class BiCommand
{
    public static Command Create() =>
        new("bi", "What BI tools read with SQL: the schema bi, organisation-wide and without personal data.") { Login(), Refresh() };

    private static Command Login()
    {
        var role = new Option<string>("--role") { Description = "the login's name", HelpName = "NAME", DefaultValueFactory = _ => BiLogin.Name };
        var command = new Command(
            "login",
            "Makes the login that reads the schema bi and nothing else, or gives it another password, and prints how to connect. The password is " +
            "shown this once.\n\nExample:\n  metrics bi login")
        { role };
        command.SetAction(async (call, cancellation) =>
        {
            var name = call.GetRequiredValue(role);
            if (name.Length is 0 or > 63 || !name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_'))
                throw new UsageException($"--role \"{name}\" is no name of a login; use lower-case letters, digits and _.");
            await using var product = await CommandLine.OpenAsync(call, cancellation);
            Console.WriteLine(await product.CreateBiLoginAsync(name, cancellation));
            return 0;
        });
        return command;
    }

    private static Command Refresh()
    {
        var command = new Command(
            "refresh", "Writes bi.kpi_value anew: the KPIs of 13 months and 8 quarters, in total and by tier, team and domain. The service does it every 15 minutes.");
        command.SetAction(async (call, cancellation) =>
        {
            await using var product = await CommandLine.OpenAsync(call, cancellation);
            var count = await Terminal.StepAsync("Writing bi.kpi_value", _ => product.BiValues.RefreshAsync(cancellation));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count:N0} values in bi.kpi_value"));
            return 0;
        });
        return command;
    }
}
