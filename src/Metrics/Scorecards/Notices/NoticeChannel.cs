namespace Metrics.Scorecards.Notices;

/// <summary>A way to tell people something.</summary>
public interface INoticeChannel
{
    /// <summary>Unique, and without secrets: it stands in the database and in logs.</summary>
    string Name { get; }

    /// <summary>Whether this kind is for those who are reached this way.</summary>
    bool Takes(NoticeKind kind);

    /// <summary>Tells several notices in one message. Never throws for what goes wrong on the way.</summary>
    Task<ChannelAnswer> TellAsync(IReadOnlyList<Notice> notices, CancellationToken cancellation);
}

/// <summary>What became of a message.</summary>
/// <param name="Trouble">Why it was not taken, without secrets; null where it was.</param>
/// <param name="IsLasting">True where trying again would not help.</param>
/// <param name="RetryAfter">How long the other side asks to be left alone; null where it does not say.</param>
public sealed record ChannelAnswer(string? Trouble = null, bool IsLasting = false, TimeSpan? RetryAfter = null);
