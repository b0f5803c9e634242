namespace Metrics.GraphQL;

/// <summary>Sees every error before it is written and may change it, for example to give an exception of the product a code and a message.</summary>
public interface IErrorFilter
{
    /// <summary>Returns the error to write. <see cref="GraphQLError.Exception"/> is what a resolver threw, if it did.</summary>
    GraphQLError OnError(GraphQLError error);
}
