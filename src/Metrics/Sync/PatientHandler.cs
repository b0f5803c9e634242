using System.Security.Authentication;
using Metrics.Sources;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Metrics.Sync;

/// <summary>Sends again what failed for the moment, waits as long as asked for, and names failures by their kind.</summary>
internal sealed class PatientHandler(Patience patience, TimeProvider clock) : DelegatingHandler
{
    private readonly ResiliencePipeline<HttpResponseMessage> pipeline = Build(patience, clock);
    private DateTimeOffset notBefore = DateTimeOffset.MinValue;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var address = request.RequestUri!.GetLeftPart(UriPartial.Path);
        await AwaitBudgetAsync(address, cancellationToken);
        var response = await AskAsync(request, address, cancellationToken);
        var now = clock.GetUtcNow();
        if (RateLimit.NextBudget(response, now) is { } next) notBefore = next;
        if (!await RateLimit.IsTransientAsync(response, cancellationToken)) return response;

        var retryAt = RateLimit.NotBefore(response, now);
        var reason = $"{(int)response.StatusCode} {response.ReasonPhrase}";
        response.Dispose();
        throw new TransientSourceException(
            retryAt > now + patience.LongestWait
                ? $"{address} answered {reason} and asks to wait until {retryAt:yyyy-MM-dd HH:mm:ss} UTC. The next run goes on where this one ended."
                : $"{address} answered {reason}, {patience.Retries + 1} times. The next run goes on where this one ended.")
        {
            RetryAt = retryAt,
        };
    }

    private async Task<HttpResponseMessage> AskAsync(HttpRequestMessage request, string address, CancellationToken cancellation)
    {
        try
        {
            return await pipeline.ExecuteAsync(async token => await AttemptAsync(request, address, token), cancellation);
        }
        catch (TimeoutRejectedException late)
        {
            throw new TransientSourceException(
                $"{address} did not answer within {patience.Attempt.TotalSeconds:0} seconds, {patience.Retries + 1} times. " +
                "The next run goes on where this one ended.", late);
        }
    }

    /// <summary>One attempt, with the whole answer: a connection that breaks in the middle of it is an attempt that failed.</summary>
    private async Task<HttpResponseMessage> AttemptAsync(HttpRequestMessage request, string address, CancellationToken cancellation)
    {
        HttpResponseMessage? response = null;
        try
        {
            response = await base.SendAsync(request, cancellation);
            await response.Content.LoadIntoBufferAsync(SourceHttp.LargestAnswer, cancellation);
            return response;
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or InvalidDataException)
        {
            response?.Dispose();
            throw Named(failure, address);
        }
        catch (OperationCanceledException)
        {
            response?.Dispose();
            throw;
        }
    }

    private async Task AwaitBudgetAsync(string address, CancellationToken cancellation)
    {
        var wait = notBefore - clock.GetUtcNow();
        if (wait <= TimeSpan.Zero) return;
        if (wait > patience.LongestWait)
        {
            throw new TransientSourceException(
                $"{address} is not asked: the rate limit is used up until {notBefore:yyyy-MM-dd HH:mm:ss} UTC. The next run goes on where this one ended.")
            {
                RetryAt = notBefore,
            };
        }

        await Task.Delay(wait, clock, cancellation);
    }

    private static SourceException Named(Exception failure, string address) => failure switch
    {
        { InnerException: SourceException known } => known,
        HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } => new TerminalSourceException(
            $"{address} answered more than {SourceHttp.LargestAnswer >> 20} MB. Ask for smaller pages, if the source has an option for that.", failure),
        HttpRequestException { InnerException: AuthenticationException untrusted } => new TerminalSourceException(
            $"{address} cannot be trusted: {untrusted.Message} Check the address, and the certificates of this machine.", failure),
        _ => new TransientSourceException($"{address} did not answer: {failure.GetBaseException().Message.TrimEnd('.')}. The next run goes on where this one ended.", failure),
    };

    private static ResiliencePipeline<HttpResponseMessage> Build(Patience patience, TimeProvider clock)
    {
        var retry = new RetryStrategyOptions<HttpResponseMessage>
        {
            MaxRetryAttempts = patience.Retries,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = patience.FirstDelay,
            MaxDelay = patience.LongestWait,
            ShouldHandle = async failed => failed.Outcome switch
            {
                { Exception: TransientSourceException or TimeoutRejectedException } => true,
                { Result: { } response } => await RateLimit.IsTransientAsync(response, failed.Context.CancellationToken)
                    && !(RateLimit.NotBefore(response, clock.GetUtcNow()) > clock.GetUtcNow() + patience.LongestWait),
                _ => false,
            },
            DelayGenerator = failed => ValueTask.FromResult(
                failed.Outcome.Result is { } response && RateLimit.NotBefore(response, clock.GetUtcNow()) is { } moment
                    ? Positive(moment - clock.GetUtcNow())
                    : (TimeSpan?)null),
            OnRetry = failed =>
            {
                failed.Outcome.Result?.Dispose();
                return ValueTask.CompletedTask;
            },
        };
        return new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = clock }
            .AddRetry(retry)
            .AddTimeout(new TimeoutStrategyOptions { Timeout = patience.Attempt })
            .Build();
    }

    private static TimeSpan Positive(TimeSpan wait) => wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
}
