package dev.slipway.served;

import dev.slipway.ledger.RecordPlace;
import dev.slipway.ledger.RetiredKey;
import dev.slipway.record.Policy;
import dev.slipway.secrets.SecretSource;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One environment that this worker serves, as its own file says: the root of trust. Nothing in it comes from a plan or
 * from Temporal.
 *
 * @param source where plans and files are read from
 * @param key file of the environment's private key
 * @param floor the least that holds whatever a plan says; its people are those of {@code people}
 * @param people who counts as an approver here; empty to take the plan's word for it
 * @param secrets name to where its value is
 * @param record where the record lies
 * @param stores name to where backups are kept
 * @param state the worker's own directory: marks, working directories, marks of child processes
 * @param recoveryKey public key line of what may stand in for the quorum (policy, adopt, unlock); empty for none
 * @param others environments of the same service that other workers serve, to read their records
 * @param retired former keys of the environment, the first that was retired first
 * @param hosts secret to the hosts that it may be sent to before a release is opened; absent: nowhere
 */
public record ServedEnvironment(
        String service,
        String environment,
        Source source,
        Path key,
        Policy floor,
        Map<String, List<String>> people,
        Map<String, SecretSource> secrets,
        RecordPlace record,
        Map<String, RecordPlace> stores,
        Path state,
        String recoveryKey,
        Map<String, List<String>> hosts,
        Map<String, Other> others,
        List<RetiredKey> retired) {

    /** With the only key that it ever had. */
    public ServedEnvironment(
            String service,
            String environment,
            Source source,
            Path key,
            Policy floor,
            Map<String, List<String>> people,
            Map<String, SecretSource> secrets,
            RecordPlace record,
            Map<String, RecordPlace> stores,
            Path state,
            String recoveryKey,
            Map<String, List<String>> hosts,
            Map<String, Other> others) {
        this(
                service,
                environment,
                source,
                key,
                floor,
                people,
                secrets,
                record,
                stores,
                state,
                recoveryKey,
                hosts,
                others,
                List.of());
    }

    /** With its record in a directory, without a recovery key, and without a secret that may leave before a release is opened. */
    public ServedEnvironment(
            String service,
            String environment,
            Source source,
            Path key,
            Policy floor,
            Map<String, List<String>> people,
            Map<String, SecretSource> secrets,
            Path record,
            Map<String, Path> stores,
            Path state) {
        this(
                service,
                environment,
                source,
                key,
                floor,
                people,
                secrets,
                new RecordPlace.Directory(record),
                directories(stores),
                state,
                "",
                Map.of(),
                Map.of());
    }

    /**
     * An environment that another worker serves.
     *
     * @param record where its record lies
     * @param key its public key line
     * @param retired its former keys
     */
    public record Other(RecordPlace record, String key, List<RetiredKey> retired) {
        public Other {
            retired = List.copyOf(retired);
        }

        /** With the only key that it ever had. */
        public Other(RecordPlace record, String key) {
            this(record, key, List.of());
        }
    }

    /** Where plans and files come from, and which commits may be released. */
    public sealed interface Source {

        /** A directory as it is. */
        record Directory(Path path) implements Source {}

        /** @param branches whose commits may be released; empty for every branch */
        record Git(String address, List<String> branches) implements Source {
            public Git {
                branches = List.copyOf(branches);
            }
        }
    }

    public ServedEnvironment {
        people = Map.copyOf(people);
        floor = floor.withPeople(people);
        secrets = Map.copyOf(secrets);
        stores = Map.copyOf(stores);
        hosts = Map.copyOf(hosts);
        others = Map.copyOf(others);
        retired = List.copyOf(retired);
    }

    private static Map<String, RecordPlace> directories(Map<String, Path> paths) {
        Map<String, RecordPlace> places = new HashMap<>();
        paths.forEach((name, path) -> places.put(name, new RecordPlace.Directory(path)));
        return places;
    }

    /** For instance {@code shop/production}. */
    public String name() {
        return service + "/" + environment;
    }
}
