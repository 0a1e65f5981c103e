package dev.slipway.opening;

import dev.slipway.database.Connections;
import dev.slipway.database.DatabaseRefused;
import dev.slipway.database.Findings;
import dev.slipway.database.PlanDatabases;
import dev.slipway.database.PostgresUrl;
import dev.slipway.database.backup.DumpOptions;
import dev.slipway.database.preflight.Inspection;
import dev.slipway.database.preflight.Preflight;
import dev.slipway.database.reference.PlannedReferenceData;
import dev.slipway.ledger.RecordPlace;
import dev.slipway.plan.Database;
import dev.slipway.plan.Database.ReferenceData;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.secrets.SecretUnavailable;
import dev.slipway.served.Served;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The databases of a plan, each asked for what the plan is going to do with it. Reads only. */
final class PlannedDatabases {

    private final Connections connections;
    private final Preflight preflight;

    PlannedDatabases(Connections connections, Preflight preflight) {
        this.connections = connections;
        this.preflight = preflight;
    }

    /**
     * What was found of all of them, each text with the database's name before it.
     *
     * @throws dev.slipway.database.DatabaseUnavailable where one is not there for the moment: an outage is waited out,
     *     and is no problem of the plan
     */
    Findings look(Served served, ReleasePlan plan) {
        List<String> problems = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        plan.databases().forEach((name, database) -> {
            try {
                Findings found = look(served, plan, database);
                found.problems().forEach(problem -> problems.add("database " + name + ": " + problem));
                found.warnings().forEach(warning -> warnings.add("database " + name + ": " + warning));
            } catch (DatabaseRefused | SecretUnavailable | IllegalArgumentException e) {
                problems.add("database " + name + ": " + e.getMessage());
            }
        });
        return new Findings(problems, warnings);
    }

    private Findings look(Served served, ReleasePlan plan, Database database) {
        PostgresUrl direct = PlanDatabases.direct(database, served.secrets());
        connect(direct);
        Findings found = preflight.look(direct(served, database, direct));
        List<String> problems = new ArrayList<>(found.problems());
        List<String> warnings = new ArrayList<>(found.warnings());
        if (database.backupIfAny().isPresent() && !dumpsDirectly(database)) {
            PostgresUrl login = PlanDatabases.backup(database, served.secrets());
            connect(login);
            Findings ofBackup = preflight.look(new Inspection(
                    login, Set.of(Inspection.Use.BACKUP), stores(served, database), List.of(), dump(database), ""));
            problems.addAll(ofBackup.problems());
            warnings.addAll(ofBackup.warnings());
            problems.addAll(preflight.leadElsewhere(login, direct));
        }
        if (!database.url().equals(database.directUrl())) {
            problems.addAll(
                    preflight.leadElsewhere(PostgresUrl.parse(served.secrets().resolve(database.url())), direct));
        }
        source(served, plan, database).ifPresent(from -> problems.addAll(preflight.problemsOfSource(from, direct)));
        return new Findings(problems, warnings);
    }

    private static Inspection direct(Served served, Database database, PostgresUrl direct) {
        boolean dumps = database.backupIfAny().isPresent() && dumpsDirectly(database);
        Set<Inspection.Use> uses = EnumSet.noneOf(Inspection.Use.class);
        if (dumps) {
            uses.add(Inspection.Use.BACKUP);
        }
        database.migrateIfAny().ifPresent(migrate -> uses.add(Inspection.Use.MIGRATE));
        database.referenceDataIfAny().ifPresent(data -> uses.add(Inspection.Use.REFERENCE_DATA));
        return new Inspection(
                direct,
                uses,
                dumps ? stores(served, database) : List.of(),
                tables(database),
                dumps ? dump(database) : DumpOptions.usual(),
                database.role());
    }

    private static boolean dumpsDirectly(Database database) {
        return database.backupLogin().equals(database.directUrl());
    }

    private static DumpOptions dump(Database database) {
        return DumpOptions.of(database, database.backupIfAny().orElseThrow());
    }

    private Optional<PostgresUrl> source(Served served, ReleasePlan plan, Database database) {
        Optional<PostgresUrl> from = database.referenceDataIfAny()
                .filter(data -> data.files().isEmpty())
                .filter(data -> PlannedReferenceData.missing(plan, data, served.secrets())
                        .isEmpty())
                .map(ReferenceData::from)
                .map(secret -> PostgresUrl.parse(served.secrets().resolve(secret)));
        from.ifPresent(this::connect);
        return from;
    }

    /** Directories of this machine; how much room a bucket has nobody can tell. */
    private static List<Path> stores(Served served, Database database) {
        return database.backupIfAny()
                .map(backup -> served.settings().storage().stores().get(backup.store()))
                .filter(RecordPlace.Directory.class::isInstance)
                .map(place -> ((RecordPlace.Directory) place).path())
                .map(List::of)
                .orElse(List.of());
    }

    private static List<String> tables(Database database) {
        return database.referenceDataIfAny().map(ReferenceData::tables).orElse(List.of());
    }

    private void connect(PostgresUrl url) {
        try (Connection connection = connections.open(url)) {
            connection.isValid(1);
        } catch (SQLException e) {
            throw Connections.failure(url, "the connection broke off", e);
        }
    }
}
