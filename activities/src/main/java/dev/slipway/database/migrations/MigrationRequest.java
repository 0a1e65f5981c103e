package dev.slipway.database.migrations;

import dev.slipway.database.PlanDatabases;
import dev.slipway.database.PostgresUrl;
import dev.slipway.plan.Database;
import dev.slipway.plan.Migrate;
import dev.slipway.secrets.Secrets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What is to be migrated, and how.
 *
 * @param url the database, without a pooler
 * @param root the folder that the plan's files lie in
 * @param folder the migrations in it
 * @param role whom the statements run as; empty for the login itself
 * @param lockTimeout how long a statement waits for a lock before it gives way to the application
 * @param retryFor how long a migration that met a held lock is tried again
 * @param allOrNothing whether all that is pending has to go into one transaction
 * @param outside what an official tool needs; empty where no child process may run
 * @param placeholders what Flyway's <code>${name}</code> stands for
 */
public record MigrationRequest(
        PostgresUrl url,
        Path root,
        String folder,
        String role,
        Duration lockTimeout,
        Duration retryFor,
        boolean allOrNothing,
        Optional<Outside> outside,
        Map<String, String> placeholders) {

    /** One whose files have no placeholders. */
    public MigrationRequest(
            PostgresUrl url,
            Path root,
            String folder,
            String role,
            Duration lockTimeout,
            Duration retryFor,
            boolean allOrNothing,
            Optional<Outside> outside) {
        this(url, root, folder, role, lockTimeout, retryFor, allOrNothing, outside, Map.of());
    }

    /** As a plan says it. */
    public static MigrationRequest of(Database database, Secrets secrets, Path root) {
        Migrate migrate = database.migrateIfAny().orElseThrow();
        return new MigrationRequest(
                PlanDatabases.direct(database, secrets),
                root,
                migrate.folder(),
                database.role(),
                migrate.lockTimeout(),
                migrate.retryFor(),
                migrate.wantsOneTransaction(),
                Optional.empty(),
                migrate.placeholders());
    }

    public Path directory() {
        return root.resolve(folder);
    }

    /** The same on a scratch copy: as whoever logs in there, and without a child process. */
    public MigrationRequest on(PostgresUrl copy) {
        return new MigrationRequest(
                copy, root, folder, "", lockTimeout, retryFor, allOrNothing, Optional.empty(), placeholders);
    }

    /**
     * What a child process needs.
     *
     * @param mark where it is noted, so that the next attempt finds it
     * @param environment variables with secrets in them
     * @param limit how long it may run
     */
    public record Outside(Path mark, Map<String, String> environment, Duration limit) {

        @Override
        public String toString() {
            return "a child process with " + environment.keySet();
        }
    }

    /** The same, where a child process may run. */
    public MigrationRequest with(Outside child) {
        return new MigrationRequest(
                url, root, folder, role, lockTimeout, retryFor, allOrNothing, Optional.of(child), placeholders);
    }
}
