namespace Metrics.Scorecards.Printing;

/// <summary>A scorecard could not be printed; the message says why and what to do.</summary>
public class PrintingException : Exception
{
    public PrintingException(string message)
        : base(message)
    {
    }

    public PrintingException(string message, Exception inner)
        : base(message, inner)
    {
    }
}

/// <summary>A program that printing needs is not installed; the message says how to install it.</summary>
public sealed class MissingProgramException(string message) : PrintingException(message);
