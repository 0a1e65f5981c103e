package dev.slipway.worker;

import dev.slipway.database.DatabaseUnavailable;
import dev.slipway.database.PostgresBinaries;
import dev.slipway.database.backup.BackupFailed;
import dev.slipway.database.backup.BackupStore;
import dev.slipway.database.backup.BackupStores;
import dev.slipway.ledger.EnvironmentRecord;
import dev.slipway.ledger.LocalMark;
import dev.slipway.ledger.RecordPlace;
import dev.slipway.ledger.RecordRefused;
import dev.slipway.ledger.RetiredKey;
import dev.slipway.ledger.StoreUnavailable;
import dev.slipway.secrets.Redaction;
import dev.slipway.secrets.SecretUnavailable;
import dev.slipway.secrets.Secrets;
import dev.slipway.served.ServedEnvironment;
import dev.slipway.trust.EnvironmentKey;
import dev.slipway.trust.SshPublicKey;
import dev.slipway.trust.UnusableKey;
import dev.slipway.worker.settings.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** What a worker needs of its machine: the secrets where its file says they are, and programs of others. */
final class Tools {

    private Tools() {}

    /** What is not as it has to be: secrets by name and place, programs, directories. Never a value. */
    static List<String> problems(Settings settings, Redaction redaction, Map<String, String> variables) {
        List<String> problems = new ArrayList<>();
        for (ServedEnvironment each : settings.environments()) {
            problems.addAll(secrets(each, redaction));
        }
        if (PostgresBinaries.find().installations().isEmpty()) {
            problems.add("pg_dump and pg_restore are not on this machine: no backup can be made; install PostgreSQL's"
                    + " client programs, or set PG_BIN to their directory");
        }
        boolean git = settings.environments().stream()
                .anyMatch(each -> each.source() instanceof ServedEnvironment.Source.Git);
        if (git && find("git", variables).isEmpty()) {
            problems.add("git is not on the PATH, and a source is a git repository; install git");
        }
        if (find("bash", variables).isEmpty()) {
            problems.add("bash is not on the PATH; it supervises every command that this worker starts: install it");
        }
        unwritable(settings.state()).ifPresent(problems::add);
        settings.environments().stream()
                .map(each -> each.storage().record())
                .distinct()
                .forEach(record -> unusable(record).ifPresent(problems::add));
        settings.environments().forEach(each -> unsound(each).ifPresent(problems::add));
        settings.environments().stream()
                .flatMap(each -> each.storage().stores().keySet().stream().map(name -> BackupStores.of(each, name)))
                .flatMap(Optional::stream)
                .forEach(store -> unusable(store).ifPresent(problems::add));
        return problems.stream().distinct().toList();
    }

    private static List<String> secrets(ServedEnvironment environment, Redaction redaction) {
        List<String> problems = new ArrayList<>();
        Secrets secrets = new Secrets(environment.name(), environment.secrets().sources(), redaction);
        for (String name : new TreeSet<>(secrets.names())) {
            try {
                Optional<String> value = secrets.value(name);
                if (value.isEmpty()) {
                    problems.add(environment.name() + ": the secret '" + name + "' is not set (" + secrets.place(name)
                            + ")");
                } else if (value.get().length() < Redaction.SHORTEST) {
                    problems.add(environment.name() + ": the secret '" + name + "' is shorter than "
                            + Redaction.SHORTEST + " characters and can't be kept out of logs; use a longer one");
                }
            } catch (SecretUnavailable e) {
                problems.add(environment.name() + ": the secret '" + name + "': " + e.getMessage());
            }
        }
        return problems;
    }

    /** All of the record, entry by entry. */
    private static Optional<String> unsound(ServedEnvironment environment) {
        try {
            return record(environment).trouble();
        } catch (UnusableKey | StoreUnavailable e) {
            return Optional.of(e.getMessage());
        }
    }

    private static EnvironmentRecord record(ServedEnvironment environment) throws UnusableKey {
        return new EnvironmentRecord(
                environment.service(),
                environment.environment(),
                environment.storage().record().open(),
                EnvironmentKey.load(environment.keys().file()),
                environment.keys().retired(),
                new LocalMark(environment.storage().state().resolve("marks")),
                Clock.systemUTC());
    }

    /** The environment's key as one that is retired with the newest entry of its record; none where there is no sound one. */
    static Optional<RetiredKey> retiredNow(ServedEnvironment environment) {
        try {
            EnvironmentRecord record = record(environment);
            SshPublicKey key = EnvironmentKey.load(environment.keys().file()).publicKey();
            return record.trouble().isPresent()
                    ? Optional.empty()
                    : record.headIfAny()
                            .map(head -> new RetiredKey(key, head.entry().number(), head.hash()));
        } catch (UnusableKey | StoreUnavailable | RecordRefused told) {
            return Optional.empty();
        }
    }

    private static Optional<String> unusable(RecordPlace record) {
        if (record instanceof RecordPlace.Directory directory) {
            return unwritable(directory.path());
        }
        try {
            record.open().prove();
            return Optional.empty();
        } catch (RecordRefused | StoreUnavailable e) {
            return Optional.of(e.getMessage());
        }
    }

    private static Optional<String> unusable(BackupStore store) {
        Optional<String> unwritable = unwritable(store.room());
        if (unwritable.isPresent()) {
            return unwritable;
        }
        try {
            store.prove();
            return Optional.empty();
        } catch (BackupFailed | DatabaseUnavailable e) {
            return Optional.of(e.getMessage());
        }
    }

    private static Optional<String> unwritable(Path directory) {
        Path there = directory;
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        return Files.isDirectory(there) && Files.isWritable(there)
                ? Optional.empty()
                : Optional.of(
                        "the directory '" + directory + "' can't be written by " + System.getProperty("user.name"));
    }

    /** A program on the PATH. */
    static Optional<Path> find(String program, Map<String, String> variables) {
        for (String folder : variables.getOrDefault("PATH", "").split(":")) {
            Path path = Path.of(folder.isEmpty() ? "." : folder).resolve(program);
            if (Files.isExecutable(path) && !Files.isDirectory(path)) {
                return Optional.of(path.toAbsolutePath());
            }
        }
        return Optional.empty();
    }
}
