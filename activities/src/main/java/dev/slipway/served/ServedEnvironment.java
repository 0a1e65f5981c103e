package dev.slipway.served;

import dev.slipway.ledger.RecordPlace;
import dev.slipway.ledger.RetiredKey;
import dev.slipway.record.Policy;
import dev.slipway.secrets.SecretSource;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * One environment that this worker serves, as its own file says: the root of trust. Nothing in it comes from a plan or
 * from Temporal.
 *
 * @param source where plans and files are read from
 * @param others environments of the same service that other workers serve, to read their records
 */
public record ServedEnvironment(
        String service,
        String environment,
        Source source,
        Keys keys,
        Floor floor,
        SecretPlaces secrets,
        Storage storage,
        Map<String, Other> others) {

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

    /**
     * What signs the environment's record.
     *
     * @param file of the private key
     * @param retired former keys of the environment, the first that was retired first
     */
    public record Keys(Path file, List<RetiredKey> retired) {
        public Keys {
            retired = List.copyOf(retired);
        }

        /** The only key that it ever had. */
        public Keys(Path file) {
            this(file, List.of());
        }
    }

    /**
     * The least that holds whatever a plan says.
     *
     * @param policy its people are who counts as an approver here; none to take the plan's word for it
     * @param recoveryKey public key line of what may stand in for the quorum (policy, adopt, unlock); empty for none
     */
    public record Floor(Policy policy, String recoveryKey) {

        /** Without a recovery key. */
        public Floor(Policy policy) {
            this(policy, "");
        }

        /** Name to public key lines. */
        public Map<String, List<String>> people() {
            return policy.people();
        }
    }

    /**
     * Where the secrets are that the environment may read.
     *
     * @param sources name to where the value is
     * @param hosts name to the hosts that it may be sent to before a release is opened; absent: nowhere
     */
    public record SecretPlaces(Map<String, SecretSource> sources, Map<String, List<String>> hosts) {
        public SecretPlaces {
            sources = Map.copyOf(sources);
            hosts = Map.copyOf(hosts);
        }

        /** None of them may leave before a release is opened. */
        public SecretPlaces(Map<String, SecretSource> sources) {
            this(sources, Map.of());
        }
    }

    /**
     * What is kept where.
     *
     * @param record where the record lies
     * @param stores name to where backups are kept
     * @param state the worker's own directory: marks, working directories, marks of child processes
     */
    public record Storage(RecordPlace record, Map<String, RecordPlace> stores, Path state) {
        public Storage {
            stores = Map.copyOf(stores);
        }
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

    public ServedEnvironment {
        others = Map.copyOf(others);
    }

    /** For instance {@code shop/production}. */
    public String name() {
        return service + "/" + environment;
    }
}
