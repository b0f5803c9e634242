using Metrics.Model.Facts;

namespace Metrics.Server.Demo;

/// <summary>The people who use the data: what they say each quarter, and what they open each day.</summary>
internal static class Stakeholders
{
    private static readonly string[] Groups = ["Finance", "Purchasing", "Marketing", "Operations", "Board"];

    public static IEnumerable<SurveyInvitation> Invitations(Company company) =>
        from quarter in Timeline.Quarters
        let sent = SentAt(company, quarter)
        where sent < company.Time.Today
        from team in company.Catalogue.Teams
        select new SurveyInvitation { Survey = Survey(company, quarter, team), SentAt = sent, Invited = 14, Team = team };

    /// <summary>Answered on a scale of 5, in the first year of the story on one of 10.</summary>
    public static IEnumerable<SurveyResponse> Responses(Company company)
    {
        foreach (var quarter in Timeline.Quarters)
        {
            var mood = 4.35 - (0.3 * (Seasons.Of(quarter).Trouble - 0.75));
            var scale = quarter < -4 ? 10 : 5;
            foreach (var team in company.Catalogue.Teams)
            {
                for (var i = 1; i <= 8; i++)
                {
                    var dice = company.Dice("survey", team, company.Time.StartOf(quarter), i);
                    var responded = SentAt(company, quarter) + dice.Hours(2, 240);
                    if (dice.Chance(0.25) || responded >= company.Time.Today) continue;
                    var score = Math.Clamp(mood + dice.Between(-1.3, 1.1), 1, 5);
                    yield return new SurveyResponse
                    {
                        Survey = Survey(company, quarter, team),
                        ResponseId = $"{team}-{i}",
                        RespondedAt = responded,
                        StakeholderGroup = dice.Pick(Groups),
                        Team = team,
                        Score = (decimal)Math.Round(1 + ((score - 1) * (scale - 1) / 4)),
                        ScaleMax = scale,
                    };
                }
            }
        }
    }

    /// <summary>Every data product and day. Active datasets of no product are used by nobody: candidates to retire.</summary>
    public static IEnumerable<ProductUsage> Usage(Company company)
    {
        foreach (var at in company.Time.Days.Where(d => d < company.Time.Today))
        {
            foreach (var dataset in company.Catalogue.Datasets)
            {
                if (company.Catalogue.At(dataset, at) is not { Active: true, Product: { } product }) continue;
                var dice = company.Dice("usage", dataset, at);
                var users = Timeline.IsBusinessDay(at) ? dice.Between(3, 40) : dice.Between(0, 4);
                yield return new ProductUsage
                {
                    Day = DateOnly.FromDateTime(at.UtcDateTime),
                    DataProduct = product,
                    Dataset = dataset,
                    ActiveUsers = users,
                    Queries = users * dice.Between(2, 9),
                    Dashboards = dice.Between(1, 6),
                    ServiceQueries = dice.Between(20, 90),
                };
            }
        }
    }

    private static DateTimeOffset SentAt(Company company, int quarter) => company.Time.StartOf(quarter).AddDays(40).AddHours(9);

    private static string Survey(Company company, int quarter, string team) => $"{company.Time.NameOf(quarter)}-{team}";
}
