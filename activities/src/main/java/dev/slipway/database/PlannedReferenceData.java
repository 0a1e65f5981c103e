package dev.slipway.database;

import dev.slipway.plan.ReleasePlan;
import dev.slipway.plan.ReleasePlan.Database;
import dev.slipway.secrets.Secrets;
import java.time.Duration;
import java.util.stream.Collectors;

/** Reference data as a plan asks for it, with what the worker knows of where it comes from. */
public final class PlannedReferenceData {

    private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(3);

    private PlannedReferenceData() {}

    /** Whether its source is an optional secret that is not set: then it is skipped. */
    public static boolean skipped(ReleasePlan plan, String from, Secrets secrets) {
        return plan.secrets().stream().anyMatch(secret -> !secret.required() && from.equals("$" + secret.name()))
                && secrets.value(from.substring(1)).isEmpty();
    }

    public static ReferenceDataRequest request(Database database, Secrets secrets) {
        ReleasePlan.ReferenceData wanted = database.referenceDataIfAny().orElseThrow();
        return new ReferenceDataRequest(
                PostgresUrl.parse(secrets.resolve(wanted.from())),
                PlanDatabases.direct(database, secrets),
                wanted.tables(),
                false,
                LOCK_TIMEOUT);
    }

    /** Rows per table: new, changed, deleted. */
    public static String words(ReferenceDataDiff diff) {
        return diff.tables().stream()
                .map(table -> table.table() + " +" + table.inserts() + " ~" + table.updates() + " -" + table.deletes())
                .collect(Collectors.joining(", "));
    }
}
