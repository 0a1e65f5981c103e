package dev.slipway.database.reference;

import dev.slipway.database.PlanDatabases;
import dev.slipway.database.PostgresUrl;
import dev.slipway.plan.Database;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.secrets.Secrets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reference data as a plan asks for it, with what the worker knows of where it comes from. */
public final class PlannedReferenceData {

    private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(3);

    private PlannedReferenceData() {}

    /** The optional secret that is not set, so that it is skipped; empty where it is not. */
    public static Optional<String> missing(ReleasePlan plan, Database.ReferenceData wanted, Secrets secrets) {
        return Stream.concat(Stream.of(wanted.from()), wanted.needs().stream())
                .filter(name -> plan.secrets().stream()
                        .anyMatch(secret -> !secret.required() && name.equals("$" + secret.name())))
                .filter(name -> secrets.value(name.substring(1)).isEmpty())
                .findFirst();
    }

    /** @param files lays out the plan's files; asked only where the rows come from there */
    public static ReferenceDataRequest request(Database database, Secrets secrets, Supplier<Path> files) {
        Database.ReferenceData wanted = database.referenceDataIfAny().orElseThrow();
        return new ReferenceDataRequest(
                wanted.files().isEmpty()
                        ? new ReferenceSource.OfDatabase(PostgresUrl.parse(secrets.resolve(wanted.from())))
                        : new ReferenceSource.OfFiles(files.get().resolve(wanted.files()), wanted.files()),
                PlanDatabases.direct(database, secrets),
                wanted.tables().stream()
                        .map(table -> wanted(wanted.rule(table)))
                        .toList(),
                LOCK_TIMEOUT,
                database.role());
    }

    private static ReferenceDataRequest.Wanted wanted(Database.TableRule rule) {
        return new ReferenceDataRequest.Wanted(
                rule.table(), rule.where(), rule.without(), rule.deletesExtra(), rule.show());
    }

    /** Rows per table: new, changed, deleted. */
    public static String words(ReferenceDataDiff diff) {
        return diff.tables().stream()
                .map(table -> table.table() + " +" + table.inserts() + " ~" + table.updates() + " -" + table.deletes())
                .collect(Collectors.joining(", "));
    }

    /** A few rows of each table, masked. */
    public static List<String> samples(ReferenceDataDiff diff) {
        List<String> lines = new ArrayList<>();
        for (ReferenceDataDiff.TableDiff table : diff.tables()) {
            table.samples().forEach(sample -> lines.add("  " + table.table() + " " + sample));
        }
        return lines;
    }
}
