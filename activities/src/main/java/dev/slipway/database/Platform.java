package dev.slipway.database;

import java.util.List;
import java.util.Locale;

/**
 * Whose service a database is. What the service itself manages there its customers cannot restore, so it is not in their
 * backups.
 */
public enum Platform {
    POSTGRES(List.of()),
    /** The schemas of Supabase's own services, and of extensions that it installs for them. */
    SUPABASE(List.of(
            "_analytics",
            "_realtime",
            "_supavisor",
            "auth",
            "cron",
            "dbdev",
            "etl",
            "extensions",
            "graphql",
            "graphql_public",
            "net",
            "pgbouncer",
            "pgmq",
            "pgsodium",
            "pgsodium_masks",
            "pgtle",
            "realtime",
            "storage",
            "supabase_functions",
            "vault")),
    /** Neon Auth's copy of its users, and what Neon's proxy and Data API keep. */
    NEON(List.of("neon", "neon_auth", "neon_migration", "pgrst"));

    private final List<String> managed;

    Platform(List<String> managed) {
        this.managed = managed;
    }

    public static Platform of(String word) {
        return valueOf(word.isEmpty() ? "POSTGRES" : word.toUpperCase(Locale.ROOT));
    }

    /** The schemas that are its own. */
    public List<String> managed() {
        return managed;
    }

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
