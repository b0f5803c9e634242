namespace Metrics.Sources.GitHub;

/// <summary>The GraphQL documents of a pull. Every one asks what it cost, so that a pull stops before the limit does.</summary>
internal static class GitHubQueries
{
    private const string Reviews = "reviews(first: 100) { pageInfo { hasNextPage endCursor } " + ReviewNodes + " }";

    private const string ReviewNodes = "nodes { fullDatabaseId state submittedAt author { __typename login } }";

    private const string Cost = "rateLimit { cost remaining resetAt }";

    /// <param name="withPaths">The files are asked for only where a mapping rule looks at them: they are what costs most.</param>
    public static string Pulls(bool withPaths) => Minified(
        $$"""
        query($owner: String!, $name: String!, $first: Int!, $after: String) {
          {{Cost}}
          repository(owner: $owner, name: $name) {
            nameWithOwner
            pullRequests(first: $first, after: $after, orderBy: {field: UPDATED_AT, direction: DESC}) {
              pageInfo { hasNextPage endCursor }
              nodes {
                number title isDraft createdAt updatedAt closedAt mergedAt additions deletions baseRefName
                author { __typename login }
                mergeCommit { oid }
                labels(first: 50) { nodes { name } }
                {{Reviews}}
                timelineItems(first: 100, itemTypes: [READY_FOR_REVIEW_EVENT, CONVERT_TO_DRAFT_EVENT]) {
                  nodes { __typename ... on ReadyForReviewEvent { createdAt } ... on ConvertToDraftEvent { createdAt } }
                }
                {{(withPaths ? "files(first: 100) { nodes { path } }" : "")}}
              }
            }
          }
        }
        """);

    /// <summary>What did not fit on the page of its pull request.</summary>
    public static string MoreReviews { get; } = Minified(
        $$"""
        query($owner: String!, $name: String!, $number: Int!, $after: String) {
          {{Cost}}
          repository(owner: $owner, name: $name) {
            nameWithOwner
            pullRequest(number: $number) { number reviews(first: 100, after: $after) { pageInfo { hasNextPage endCursor } {{ReviewNodes}} } }
          }
        }
        """);

    public static string Deployments { get; } = Minified(
        $$"""
        query($owner: String!, $name: String!, $first: Int!, $after: String, $environments: [String!]) {
          {{Cost}}
          repository(owner: $owner, name: $name) {
            nameWithOwner
            deployments(first: $first, after: $after, environments: $environments, orderBy: {field: CREATED_AT, direction: DESC}) {
              pageInfo { hasNextPage endCursor }
              nodes {
                databaseId environment commitOid task createdAt updatedAt state
                ref { name }
                statuses(first: 50) { nodes { state createdAt } }
              }
            }
          }
        }
        """);

    public static string Issues { get; } = Minified(
        $$"""
        query($owner: String!, $name: String!, $first: Int!, $after: String, $since: DateTime) {
          {{Cost}}
          repository(owner: $owner, name: $name) {
            nameWithOwner
            issues(first: $first, after: $after, filterBy: {since: $since}, orderBy: {field: UPDATED_AT, direction: DESC}) {
              pageInfo { hasNextPage endCursor }
              nodes { number title state stateReason createdAt updatedAt closedAt labels(first: 50) { nodes { name } } }
            }
          }
        }
        """);

    public static string Repositories { get; } = Minified(
        $$"""
        query($owner: String!, $after: String) {
          {{Cost}}
          repositoryOwner(login: $owner) {
            repositories(first: 100, after: $after, ownerAffiliations: OWNER) { pageInfo { hasNextPage endCursor } nodes { nameWithOwner } }
          }
        }
        """);

    /// <summary>All numbers of a repository, for a sweep.</summary>
    /// <param name="connection"><c>pullRequests</c>, <c>issues</c> or <c>deployments</c>.</param>
    public static string Numbers(string connection) => Minified(
        $$"""
        query($owner: String!, $name: String!, $first: Int!, $after: String) {
          {{Cost}}
          repository(owner: $owner, name: $name) {
            nameWithOwner
            {{connection}}(first: $first, after: $after) {
              pageInfo { hasNextPage endCursor } nodes { {{(connection == "deployments" ? "databaseId" : "number")}} }
            }
          }
        }
        """);

    private static string Minified(string query) => string.Join(' ', query.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
