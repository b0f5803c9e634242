using System.Collections;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Metrics.GraphQL.Types;

namespace Metrics.GraphQL.Execution;

/// <summary>
/// Writes <c>data</c> depth first, completing values (spec §6.4.3). A null in a non-null position takes back what its nearest
/// nullable parent has written, together with the errors below it, so each response position has at most one error.
/// </summary>
internal sealed class DataWriter(RequestState request, ResponseWriter writer)
{
    private const int CancellationInterval = 256;

    // Boxed once, since every item of every list has one.
    private static readonly object[] Indexes = [.. Enumerable.Range(0, 1024).Select(i => (object)i)];

    private readonly List<GraphQLError> errors = [];
    private readonly List<object> path = [];
    private int items;

    public IReadOnlyList<GraphQLError> Errors => errors;

    public void WriteRoot(ResolvedObject root)
    {
        var mark = writer.Mark;
        writer.WriteStartObject();
        if (WriteFields(root))
        {
            writer.WriteEndObject();
            return;
        }
        writer.Rollback(mark);
        writer.WriteNull();
    }

    /// <summary>Writes fields without braces; false when a null has to propagate further.</summary>
    public bool WriteFields(ResolvedObject target) => WriteFields(target.Plan, target.Source, target.Values);

    private bool WriteFields(SelectionPlan plan, object? source, object?[]? values)
    {
        var fields = plan.Fields;
        for (var i = 0; i < fields.Length; i++)
        {
            var field = fields[i];
            writer.WriteEncodedName(field.EncodedName);
            var value = values?[i];
            if (value is null && source is not null && field.Direct is { } direct && TryWriteDirectly(direct, field, source)) continue;
            var errorsBefore = errors.Count;
            var mark = writer.Mark;
            path.Add(field.ResponseName);
            var written = value is null ? WriteUnresolved(plan, field, source) : WriteValue(field.Definition.Type, value, field);
            path.RemoveAt(path.Count - 1);
            if (written) continue;
            KeepLastError(errorsBefore);
            if (field.Definition.Type.IsNonNull) return false;
            writer.Rollback(mark);
            writer.WriteNull();
        }
        return true;
    }

    /// <summary>
    /// The way of nearly every field of a large answer: a property that needs no box, no path and no context. False, with nothing
    /// written, where that is not enough; then the long way finds out what to say.
    /// </summary>
    private bool TryWriteDirectly(DirectWriter direct, PlannedField field, object source)
    {
        var mark = writer.Mark;
        try
        {
            if (direct(source, writer)) return true;
        }
        catch (Exception)
        {
            writer.Rollback(mark);
            return false;
        }
        if (field.Definition.Type.IsNonNull) return false;
        writer.WriteNull();
        return true;
    }

    private void KeepLastError(int from)
    {
        if (errors.Count - from > 1) errors.RemoveRange(from, errors.Count - from - 1);
    }

    private bool WriteUnresolved(SelectionPlan plan, PlannedField field, object? source)
    {
        var resolver = field.Definition.Resolver;
        object? value;
        try
        {
            value = resolver.Sync!(new ResolverContext(request, field, plan.Type, source, field.Arguments(request), path: null) { CurrentPath = path });
        }
        catch (Exception e) when (e is not OperationCanceledException || !request.CancellationToken.IsCancellationRequested)
        {
            return Fail(e, field);
        }
        return WriteValue(field.Definition.Type, value, field);
    }

    private bool WriteNull(GraphQLType type, PlannedField field)
    {
        if (type.IsNonNull) return Fail(ErrorReporter.NullViolation(field.Definition), field);
        writer.WriteNull();
        return true;
    }

    private bool Fail(Exception exception, PlannedField field)
    {
        errors.Add(request.Reporter.Report(exception, field, [.. path]));
        return false;
    }

    /// <summary>Writes a value; false, with an error recorded and the writer anywhere, when its position must be null.</summary>
    private bool WriteValue(GraphQLType type, object? value, PlannedField field)
    {
        if (value is null || ReferenceEquals(value, ResolvedObject.Null)) return WriteNull(type, field);
        switch (value)
        {
            case FieldFailure failure: return Fail(failure.Exception, field);
            case Exception exception: return Fail(exception, field);
            case JsonElement json when DefaultResolvers.Unwrap(json) is var unwrapped and not JsonElement:
                return WriteValue(type, unwrapped, field);
        }
        try
        {
            return type.Nullable switch
            {
                ListType list => WriteList(list, value, field),
                CompositeType composite => WriteObject(composite, value, field),
                var leaf => WriteLeaf(leaf, value, field),
            };
        }
        catch (Exception e) when (e is not OperationCanceledException || !request.CancellationToken.IsCancellationRequested)
        {
            return Fail(e, field);
        }
    }

    private bool WriteLeaf(GraphQLType type, object value, PlannedField field)
    {
        if (type is ScalarType scalar)
        {
            scalar.Scalar.Write(value, writer);
            return true;
        }
        if (((EnumType)type).FindByValue(value) is not { } name)
            return Fail(new GraphQLException($"Enum \"{type}\" cannot represent value: {ScalarText.Of(value)}", ErrorCodes.InvalidResult), field);
        writer.WriteRaw(name.EncodedName);
        return true;
    }

    private bool WriteObject(CompositeType type, object value, PlannedField field)
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
            return Fail(new GraphQLException("The response nests too deep. Ask for fewer levels.", ErrorCodes.Limit), field);
        writer.WriteStartObject();
        var written = value is ResolvedObject resolved
            ? WriteFields(resolved)
            : WriteFields(field.PlanFor(TypeResolution.Resolve(field.Schema, value, type)), value, values: null);
        if (written) writer.WriteEndObject();
        return written;
    }

    private bool WriteList(ListType list, object value, PlannedField field)
    {
        if (Items(value) is not { } source)
        {
            return Fail(new GraphQLException(
                $"Expected a list for field \"{field.Definition}\", but its resolver returned {value.GetType().Name}.", ErrorCodes.InvalidResult), field);
        }
        writer.WriteStartArray();
        var index = 0;
        foreach (var item in source)
        {
            if (++items % CancellationInterval == 0) request.CancellationToken.ThrowIfCancellationRequested();
            var (mark, errorsBefore) = (writer.Mark, errors.Count);
            path.Add(index < Indexes.Length ? Indexes[index] : index);
            index++;
            var written = WriteValue(list.ItemType, item, field);
            path.RemoveAt(path.Count - 1);
            if (written) continue;
            KeepLastError(errorsBefore);
            if (list.ItemType.IsNonNull) return false;
            writer.Rollback(mark);
            writer.WriteNull();
        }
        writer.WriteEndArray();
        return true;
    }

    /// <summary>The items of a list value; null when it is none.</summary>
    public static IEnumerable? Items(object value) => value switch
    {
        JsonElement { ValueKind: JsonValueKind.Array } json => json.EnumerateArray().Select(DefaultResolvers.Unwrap),
        string or IReadOnlyDictionary<string, object?> => null,
        IEnumerable items => items,
        _ => null,
    };
}
