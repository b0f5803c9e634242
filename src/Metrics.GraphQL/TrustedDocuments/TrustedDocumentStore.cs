using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Metrics.GraphQL.Execution;
using Metrics.GraphQL.Language;
using Metrics.GraphQL.Types;
using Metrics.GraphQL.Validation;

namespace Metrics.GraphQL.TrustedDocuments;

/// <summary>A document that the operator put in the folder.</summary>
/// <param name="Name">The file name without extension.</param>
/// <param name="Hash">The SHA-256 of its text, in lower-case hexadecimal.</param>
/// <param name="Text">The text.</param>
/// <param name="Syntax">The text, parsed.</param>
public sealed record TrustedDocument(string Name, string Hash, string Text, DocumentNode Syntax)
{
    /// <summary>What it tells: the description of its operation, or else the comment that the file begins with; null without either.</summary>
    public string? Description =>
        Syntax.Operations.First().Description?.Value
        ?? (string.Join(' ', Text.Split('\n').TakeWhile(l => l.StartsWith('#')).Select(l => l.TrimStart('#').Trim())) is { Length: > 0 } comment ? comment : null);
}

/// <summary>The documents of a folder, all validated when the server starts.</summary>
public sealed class TrustedDocumentStore
{
    private readonly Dictionary<string, TrustedDocument> byName;
    private readonly Dictionary<string, TrustedDocument> byHash;

    private TrustedDocumentStore(IReadOnlyList<TrustedDocument> documents)
    {
        Documents = documents;
        byName = documents.ToDictionary(d => d.Name, StringComparer.OrdinalIgnoreCase);
        byHash = documents.DistinctBy(d => d.Hash).ToDictionary(d => d.Hash, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>No documents.</summary>
    public static TrustedDocumentStore Empty { get; } = new([]);

    /// <summary>All documents, by name.</summary>
    public IReadOnlyList<TrustedDocument> Documents { get; }

    /// <summary>Finds a document by name, in any case.</summary>
    public TrustedDocument? FindByName(string name) => byName.GetValueOrDefault(name);

    /// <summary>Finds a document by its SHA-256 in hexadecimal, with or without the prefix <c>sha256:</c>.</summary>
    public TrustedDocument? FindByHash(string hash) =>
        byHash.GetValueOrDefault(hash.StartsWith("sha256:", StringComparison.OrdinalIgnoreCase) ? hash[7..] : hash);

    /// <summary>Reads and validates every <c>*.graphql</c> file of a folder. Each must hold exactly one operation.</summary>
    /// <exception cref="TrustedDocumentException">The folder is missing or some file is invalid; every fault is listed with file and line.</exception>
    public static TrustedDocumentStore Load(Schema schema, string folder, GraphQLOptions options)
    {
        if (!Directory.Exists(folder))
            throw new TrustedDocumentException([$"{folder}: the folder of trusted documents does not exist. Create it or change TrustedDocuments."]);
        var documents = new List<TrustedDocument>();
        var faults = new List<string>();
        foreach (var file in Directory.EnumerateFiles(folder, "*.graphql").Order(StringComparer.Ordinal))
        {
            var text = File.ReadAllText(file);
            try
            {
                var syntax = Parser.Parse(text, new ParserOptions { MaxTokens = options.MaxTokens, MaxDepth = options.MaxParserDepth });
                var hash = Hash(text);
                var errors = DocumentValidator.Validate(schema, syntax, new ValidationOptions { MergeBudget = options.MergeBudget });
                if (errors.Count == 0) errors = new CompiledDocument(schema, syntax, hash, options).Errors;
                faults.AddRange(errors.Select(e => Describe(file, e)));
                if (errors.Count == 0 && syntax.Operations.Count() != 1)
                    faults.Add(FormattableString.Invariant($"{file}: holds {syntax.Operations.Count()} operations; a trusted document holds exactly one."));
                documents.Add(new TrustedDocument(Path.GetFileNameWithoutExtension(file), hash, text, syntax));
            }
            catch (GraphQLException e)
            {
                faults.AddRange(e.Errors.Select(error => Describe(file, error)));
            }
        }
        foreach (var twins in documents.GroupBy(d => d.Name, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1))
            faults.Add($"{folder}: {string.Join(" and ", twins.Select(t => t.Name))} differ only in case.");
        return faults.Count == 0 ? new TrustedDocumentStore(documents) : throw new TrustedDocumentException(faults);
    }

    internal static string Hash(string text)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes.AsSpan(0, Encoding.UTF8.GetBytes(text, bytes)), hash);
        ArrayPool<byte>.Shared.Return(bytes);
        return Convert.ToHexStringLower(hash);
    }

    private static string Describe(string file, GraphQLError error) => error.Locations is [var at, ..]
        ? FormattableString.Invariant($"{file}:{at.Line}:{at.Column}: {error.Message}")
        : $"{file}: {error.Message}";
}

/// <summary>Some trusted documents are invalid.</summary>
public sealed class TrustedDocumentException(IReadOnlyList<string> faults)
    : Exception($"Trusted documents are invalid:\n{string.Join('\n', faults)}")
{
    /// <summary>Each fault, with file and line.</summary>
    public IReadOnlyList<string> Faults { get; } = faults;
}
