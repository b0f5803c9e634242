using Metrics.GraphQL.Execution;

namespace Metrics.GraphQL.Types;

/// <summary>How the values of a scalar type are read from requests and written to responses. Implementations are stateless.</summary>
public abstract class Scalar
{
    /// <summary>The name in the schema.</summary>
    public abstract string Name { get; }

    /// <summary>The description in the schema.</summary>
    public virtual string? Description => null;

    /// <summary>The address of the specification of its values, if any.</summary>
    public virtual string? SpecifiedBy => null;

    /// <summary>The C# types that become this scalar in schemas built from classes.</summary>
    public virtual IReadOnlyList<Type> ClrTypes => [];

    /// <summary>Reads a value from a literal or a variable.</summary>
    /// <exception cref="GraphQLException">It is not a value of this scalar; the message says what is.</exception>
    public abstract object? Parse(ScalarInput input);

    /// <summary>Writes what a resolver returned, never null.</summary>
    /// <exception cref="GraphQLException">It cannot be represented; nothing may have been written before.</exception>
    public abstract void Write(object value, ResponseWriter writer);

    /// <summary>The failure of a value that does not fit.</summary>
    protected GraphQLException Unfit(object? value) =>
        new($"{Name} cannot represent value: {ScalarText.Of(value)}", ErrorCodes.InvalidResult);

    /// <summary>The failure of input that does not fit.</summary>
    protected GraphQLException Unfit(ScalarInput input, string expected) =>
        new($"{Name} cannot represent {input}: expected {expected}.", ErrorCodes.BadInput);
}
