using System.Collections;
using System.Globalization;
using System.Text.Json;
using Metrics.GraphQL.Execution;

namespace Metrics.GraphQL.Types.Scalars;

/// <summary>
/// Any value at all: what <c>Any</c> is, and what a scalar of an SDL schema is that nobody said more about.
/// Reads into null, bool, int, long, double, string, lists and dictionaries, and writes the same and <see cref="JsonElement"/>.
/// </summary>
public sealed class AnyScalar(string name = "Any") : Scalar
{
    private const int MaxDepth = 100;

    public override string Name => name;

    public override IReadOnlyList<Type> ClrTypes => [typeof(JsonElement), typeof(object)];

    public override object? Parse(ScalarInput input) => input.ToPlainValue();

    public override void Write(object value, ResponseWriter writer)
    {
        var mark = writer.Mark;
        try
        {
            WriteAny(value, writer, depth: 0);
        }
        catch (GraphQLException)
        {
            writer.Rollback(mark);
            throw;
        }
    }

    private void WriteAny(object? value, ResponseWriter writer, int depth)
    {
        if (depth > MaxDepth) throw Unfit(value);
        switch (value)
        {
            case null: writer.WriteNull(); break;
            case string s: writer.WriteString(s); break;
            case bool b: writer.WriteBoolean(b); break;
            case int i: writer.WriteNumber(i); break;
            case long l: writer.WriteNumber(l); break;
            case decimal d: writer.WriteNumber(d); break;
            case double d when double.IsFinite(d): writer.WriteNumber(d); break;
            case float f when float.IsFinite(f): writer.WriteNumber((double)f); break;
            case JsonElement { ValueKind: not JsonValueKind.Undefined } json: writer.WriteElement(json); break;
            case IReadOnlyDictionary<string, object?> map:
                writer.WriteStartObject();
                foreach (var (key, item) in map)
                {
                    writer.WriteName(key);
                    WriteAny(item, writer, depth + 1);
                }
                writer.WriteEndObject();
                break;
            case IEnumerable list:
                writer.WriteStartArray();
                foreach (var item in list) WriteAny(item, writer, depth + 1);
                writer.WriteEndArray();
                break;
            case Enum e: writer.WriteString(e.ToString()); break;
            case IFormattable f and not (double or float): writer.WriteString(f.ToString(null, CultureInfo.InvariantCulture)); break;
            default: throw Unfit(value);
        }
    }
}
