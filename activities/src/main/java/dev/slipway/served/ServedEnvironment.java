package dev.slipway.served;

import dev.slipway.secrets.SecretSource;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * One environment that this worker serves, as its own file says: the root of trust. Nothing in it comes from a plan or
 * from Temporal.
 *
 * @param source where plans and files are read from
 * @param key file of the environment's private key
 * @param floor the least that holds whatever a plan says
 * @param people who counts as an approver here; empty to take the plan's word for it
 * @param secrets name to where its value is
 * @param record directory of the record
 * @param stores name to directory, for backups
 * @param state the worker's own directory: marks, working directories, marks of child processes
 */
public record ServedEnvironment(
        String service,
        String environment,
        Source source,
        Path key,
        Floor floor,
        Map<String, List<String>> people,
        Map<String, SecretSource> secrets,
        Path record,
        Map<String, Path> stores,
        Path state) {

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
     * @param quorum the least number of approvers
     * @param notRequester whether the requester's own yes never counts
     * @param commands whether commands of a plan may run here
     */
    public record Floor(int quorum, boolean notRequester, boolean commands) {}

    public ServedEnvironment {
        people = Map.copyOf(people);
        secrets = Map.copyOf(secrets);
        stores = Map.copyOf(stores);
    }

    /** For instance {@code shop/production}. */
    public String name() {
        return service + "/" + environment;
    }
}
