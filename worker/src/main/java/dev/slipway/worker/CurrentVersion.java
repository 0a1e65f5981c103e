package dev.slipway.worker;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Whether Temporal gives work to this worker. To one with a build id only once somebody has said that this is the current
 * version of the deployment, or one that is ramped up; to one without only while no version is current. Until then it
 * polls, and is well, and nothing comes.
 */
final class CurrentVersion {

    /** The deployment of every worker with a build id, as Temporal calls what has several versions. */
    static final String DEPLOYMENT = "slipway";

    private final Supplier<Optional<String>> whyNone;
    private final String unsaid;
    private final String again;
    private final Consumer<String> say;
    private boolean known;
    private volatile String trouble = "";

    /**
     * @param whyNone asks Temporal: why no work comes, or an empty text where it does; nothing where it can't say
     * @param unsaid what is true as long as it never could
     * @param again what is said when work comes again
     * @param say told when it has none, and when it has some again, once each
     */
    private CurrentVersion(Supplier<Optional<String>> whyNone, String unsaid, String again, Consumer<String> say) {
        this.whyNone = whyNone;
        this.unsaid = unsaid;
        this.again = again;
        this.say = say;
    }

    /** @param getsWork whether this build id is current, or ramped up; empty where Temporal can't say */
    static CurrentVersion of(
            String buildId, String namespace, Supplier<Optional<Boolean>> getsWork, Consumer<String> say) {
        String notCurrent = "build id '" + buildId + "' (" + WorkerCommand.BUILD_ID
                + ") is not the current version of the deployment '" + DEPLOYMENT + "'; when it shall be: "
                + command(DEPLOYMENT, "--build-id " + buildId, namespace);
        return new CurrentVersion(
                () -> getsWork.get().map(some -> some ? "" : "Temporal gives this worker no work: " + notCurrent),
                "Temporal does not say whether this worker gets work; it gets none while " + notCurrent,
                "build id '" + buildId + "' is current now: this worker gets work",
                say);
    }

    /** @param current the version that new work of the queue goes to; empty where Temporal can't say */
    static CurrentVersion withoutBuildId(
            String queue, String namespace, Supplier<Optional<Temporal.Current>> current, Consumer<String> say) {
        return new CurrentVersion(
                () -> current.get()
                        .map(version -> version.buildId().isEmpty() ? "" : anotherIs(version, queue, namespace)),
                "",
                "no build id is current any more for the queue '" + queue + "': this worker, which has none, gets work",
                say);
    }

    private static String anotherIs(Temporal.Current version, String queue, String namespace) {
        return "Temporal gives this worker no work: build id '" + version.buildId() + "' of the deployment '"
                + version.deployment() + "' is current for the queue '" + queue + "', and this worker has none ("
                + WorkerCommand.BUILD_ID + "); start it with a build id that is current, or give the work to workers"
                + " without one: " + command(version.deployment(), "--unversioned", namespace);
    }

    private static String command(String deployment, String version, String namespace) {
        return "temporal worker deployment set-current-version --deployment-name " + deployment + " " + version
                + (namespace.equals("default") ? "" : " --namespace " + namespace);
    }

    synchronized void look() {
        Optional<String> now = whyNone.get();
        if (now.isEmpty() && known) {
            // Temporal is away, which is said elsewhere
            return;
        }
        known = now.isPresent();
        String found = now.orElse(unsaid);
        if (!found.equals(trouble)) {
            trouble = found;
            say.accept(found.isEmpty() ? again : found);
        }
    }

    /** Why no work comes, as it was at the last look, and what to type. */
    Optional<String> trouble() {
        return Optional.of(trouble).filter(text -> !text.isEmpty());
    }
}
