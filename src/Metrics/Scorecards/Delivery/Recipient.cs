namespace Metrics.Scorecards.Delivery;

/// <summary>Somebody who gets the scorecards of a scope.</summary>
/// <param name="Address">As <see cref="Mailbox.Address"/>, or <see cref="Manager"/>.</param>
/// <param name="Name">For the header; null for the bare address.</param>
/// <param name="Part">How the headers name them.</param>
public sealed record Recipient(ScorecardScope Scope, string Address, string? Name, MailPart Part)
{
    /// <summary>Stands for whoever the catalogue has as the team's manager when a scorecard is sent.</summary>
    public const string Manager = "manager";

    /// <summary>Reads an address, or the word <c>manager</c> for a team.</summary>
    /// <exception cref="FormatException">It is neither.</exception>
    public static Recipient Parse(ScorecardScope scope, string text, MailPart part)
    {
        if (text == Manager)
        {
            return scope.Kind == ScopeKind.Team
                ? new Recipient(scope, Manager, null, part)
                : throw new FormatException($"\"{Manager}\" stands for the manager of a team, and {scope} is not a team; write an address.");
        }

        var mailbox = Mailbox.Parse(text);
        return new Recipient(scope, mailbox.Address, mailbox.Name, part);
    }

    public override string ToString() => Name is null ? Address : $"{Name} <{Address}>";
}

/// <summary>Where a recipient stands in the headers. Everybody gets a letter of their own.</summary>
public enum MailPart
{
    To,
    Cc,

    /// <summary>Not named in the headers of any letter.</summary>
    Bcc,
}

/// <summary>A recipient who would come, go, or be named otherwise; null before or after.</summary>
public sealed record RecipientChange(Recipient? Before, Recipient? After);
