using System.Text;
using Metrics.Model.Facts;

namespace Metrics.Sources.Canonical;

/// <summary>A record while its cells arrive, in whatever order. Used again for every row.</summary>
internal sealed class RecordDraft(RecordReader reader, Redactor redactor)
{
    // An index entry of PostgreSQL holds some 2,700 bytes.
    private const int LongestKey = 2500;

    private Fact record = reader.New();
    private int keyLength;
    private CellFault? fault;
    private CellFault? faultOfKey;
    private ulong given;

    public void Begin()
    {
        record = reader.New();
        fault = faultOfKey = null;
        given = 0;
        keyLength = 0;
    }

    /// <summary>False if the column came before in this record.</summary>
    public bool Take(CellReader column)
    {
        var bit = 1UL << column.Ordinal;
        if ((given & bit) != 0) return false;
        given |= bit;
        return true;
    }

    /// <summary>Sets a value; white space only is none.</summary>
    public void Set(CellReader column, ReadOnlySpan<char> cell)
    {
        var text = cell.Trim();
        if (text.IsEmpty)
        {
            if (column.Column.IsRequired) Fail(column, Missing(column));
            return;
        }

        if (column.Column.IsRedacted) text = redactor.Hash(text.ToString());
        if (column.IsKey && (keyLength += Encoding.UTF8.GetByteCount(text)) > LongestKey)
        {
            Fail(column, $"{CellParsers.Quote(text)} makes the record's key longer than the {LongestKey} bytes " +
                "that it can have; shorten it");
        }

        if (column.Read(text, record) is { } reason) Fail(column, reason);
    }

    public void SetItems(CellReader column, IReadOnlyList<string> items)
    {
        if (column.ReadItems(items, record) is { } reason) Fail(column, reason);
    }

    public void Fail(CellReader column, string reason)
    {
        fault ??= new CellFault(column.Column, reason);
        if (column.MattersInTombstone) faultOfKey ??= new CellFault(column.Column, reason);
    }

    /// <summary>The record, or what is wrong with it.</summary>
    public (Fact Record, CellFault? Fault) Finish()
    {
        foreach (var column in reader.Required)
        {
            if ((given & (1UL << column.Ordinal)) == 0) Fail(column, Missing(column));
        }

        return (record.Deleted ? faultOfKey : fault) is { } broken ? (record, broken) : reader.Finish(record);
    }

    private static string Missing(CellReader column) =>
        $"{column.Name} is empty, but it is part of the record's key; give it a value";
}
