namespace Cora.Build.Database;

/// <summary>What a whole Supabase has and <see cref="Sql.Supabase.Preamble"/> does not make. A statement that needs it cannot be verified without one.</summary>
internal static class SupabaseNames
{
    /// <summary>Schemas with a point behind them; tables of <c>auth</c>; columns of <c>auth.users</c>; roles; publications.</summary>
    public static IReadOnlyList<string> BeyondPreamble { get; } =
    [
        "storage.", "realtime.", "graphql.", "graphql_public.", "vault.", "cron.", "net.", "pgsodium.", "pgmq.", "supabase_functions.", "supabase_migrations.", "pgbouncer.",
        "auth.identities", "auth.sessions", "auth.refresh_tokens", "auth.mfa_factors", "auth.mfa_challenges", "auth.mfa_amr_claims", "auth.audit_log_entries", "auth.flow_state",
        "auth.instances", "auth.one_time_tokens", "auth.saml_providers", "auth.saml_relay_states", "auth.schema_migrations", "auth.sso_domains", "auth.sso_providers",
        "confirmation_token", "recovery_token", "email_change_token_new", "email_change_token_current", "email_change_confirm_status", "email_change_sent_at", "phone_change",
        "phone_change_token", "phone_change_sent_at", "reauthentication_token", "reauthentication_sent_at",
        "authenticator", "dashboard_user", "postgres", "supabase_admin", "supabase_auth_admin", "supabase_storage_admin", "supabase_replication_admin", "supabase_read_only_user",
        "supabase_realtime",
    ];
}
