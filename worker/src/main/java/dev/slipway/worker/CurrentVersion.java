package dev.slipway.worker;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Whether Temporal gives work to a worker with a build id: only once somebody has said that this is the current version of
 * the deployment, or one that is ramped up. Until then it polls, and is well, and nothing comes.
 */
final class CurrentVersion {

    /** The deployment of every worker with a build id, as Temporal calls what has several versions. */
    static final String DEPLOYMENT = "slipway";

    private final String buildId;
    private final String namespace;
    private final Supplier<Optional<Boolean>> getsWork;
    private final Consumer<String> say;
    private boolean known;
    private volatile String trouble = "";

    /**
     * @param getsWork asks Temporal; empty where it can't say
     * @param say told when it has none, and when it has some again, once each
     */
    CurrentVersion(String buildId, String namespace, Supplier<Optional<Boolean>> getsWork, Consumer<String> say) {
        this.buildId = buildId;
        this.namespace = namespace;
        this.getsWork = getsWork;
        this.say = say;
    }

    synchronized void look() {
        Optional<Boolean> now = getsWork.get();
        if (now.isEmpty() && known) {
            // Temporal is away, which is said elsewhere
            return;
        }
        known = now.isPresent();
        String found = now.map(some -> some ? "" : "Temporal gives this worker no work: " + notCurrent())
                .orElse("Temporal does not say whether this worker gets work; it gets none while " + notCurrent());
        if (!found.equals(trouble)) {
            trouble = found;
            say.accept(found.isEmpty() ? "build id '" + buildId + "' is current now: this worker gets work" : found);
        }
    }

    private String notCurrent() {
        return "build id '" + buildId + "' (" + WorkerCommand.BUILD_ID
                + ") is not the current version of the deployment '" + DEPLOYMENT + "'; when it shall be: " + command();
    }

    private String command() {
        return "temporal worker deployment set-current-version --deployment-name " + DEPLOYMENT + " --build-id "
                + buildId + (namespace.equals("default") ? "" : " --namespace " + namespace);
    }

    /** Why no work comes, as it was at the last look, and what to type. */
    Optional<String> trouble() {
        return Optional.of(trouble).filter(text -> !text.isEmpty());
    }
}
