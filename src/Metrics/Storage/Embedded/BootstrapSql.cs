namespace Metrics.Storage.Embedded;

/// <summary>What the superuser does once, in <c>template1</c>, before anyone can connect.</summary>
internal static class BootstrapSql
{
    public const string Superuser = "postgres";
    public const string Application = "metrics";
    public const string Reader = "metrics_reader";
    public const string Database = "metrics";

    /// <summary>The commands in their order. Each runs for itself.</summary>
    public static IReadOnlyList<string> Commands(EmbeddedPasswords passwords) =>
    [
        // Not CREATEROLE: up to PostgreSQL 15 it is as good as superuser, for it may grant itself pg_execute_server_program.
        $"create role {Application} login password '{passwords.Application}'",
        $"create role {Reader} login noinherit connection limit 20 password '{passwords.Reader}'",
        .. ReaderLimits.Select(limit => $"alter role {Reader} set {limit}"),
        .. Restrictions(Application),
        "revoke all on database postgres from public",
        "revoke all on database template1 from public",
        $"create database {Database} owner {Application} template template1",
        .. DatabaseGrants(Database),
    ];

    /// <summary>
    /// What keeps the reader from doing more than reading in one database: functions that wait, lock, signal, write or lift its
    /// limits, and anonymous code blocks. PUBLIC loses them, the role
    /// <paramref name="application"/> keeps them. A database inherits this from its
    /// template, so that doing it in <c>template1</c> does it for all to come.
    /// </summary>
    public static IReadOnlyList<string> Restrictions(string application) =>
    [
        $"""
        do $$
        declare f regprocedure;
        begin
          for f in
            select p.oid
            from pg_proc p
            where p.pronamespace = 'pg_catalog'::regnamespace
              and (p.proname ~ '^(pg_advisory_|pg_try_advisory_|pg_sleep|lo_)'
                or p.proname in ('loread', 'lowrite', 'pg_notify', 'pg_cancel_backend', 'pg_terminate_backend',
                                 'pg_export_snapshot', 'pg_logical_emit_message', 'set_config'))
              and has_function_privilege('public', p.oid, 'execute')
          loop
            execute format('revoke execute on function %s from public', f);
            execute format('grant execute on function %s to {application}', f);
          end loop;
        end $$
        """,
        "revoke all on language plpgsql from public",
        $"grant usage on language plpgsql to {application}",
        "revoke all on schema public from public",
    ];

    /// <summary>What a database does not inherit from its template: who may connect and make temporary tables.</summary>
    public static IReadOnlyList<string> DatabaseGrants(string database) =>
    [
        $"revoke all on database \"{database}\" from public",
        $"grant connect on database \"{database}\" to {Reader}",
    ];

    private static IReadOnlyList<string> ReaderLimits =>
    [
        "default_transaction_read_only = on",
        "statement_timeout = '60s'",
        "lock_timeout = '5s'",
        "idle_in_transaction_session_timeout = '60s'",
        "temp_file_limit = '1GB'",
    ];
}
