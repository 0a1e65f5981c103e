package dev.slipway.environment;

import dev.slipway.environment.EnvironmentWorkflow.View;
import dev.slipway.release.ReleaseName;
import dev.slipway.served.Served;
import dev.slipway.served.ServedEnvironments;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowNotFoundException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds a turn whose holder is gone while others wait for it, as when somebody terminated a release in Temporal. It is
 * looked for by the worker and not by the queue: a look of the queue stands in its history for ever.
 */
public final class AbandonedTurns {

    private static final Logger LOG = LoggerFactory.getLogger(AbandonedTurns.class);

    private final ServedEnvironments environments;
    private final WorkflowClient client;
    private final Holders holders;

    /** What has gone wrong with each environment, to be said once. */
    private final Map<String, String> trouble = new ConcurrentHashMap<>();

    public AbandonedTurns(ServedEnvironments environments, WorkflowClient client) {
        this.environments = environments;
        this.client = client;
        this.holders = new Holders(client);
    }

    /** Puts such holders out. Never throws: what goes wrong is tried again with the next look. */
    public void look() {
        for (Served served : environments.all()) {
            try {
                abandoned(served).ifPresent(gone -> {
                    LOG.warn("{}: {} has the turn and is gone; it goes to the next", served.name(), gone.workflow());
                    holders.putOut(served, gone);
                });
                trouble.remove(served.name());
            } catch (RuntimeException e) {
                String what = String.valueOf(e.getMessage());
                if (!what.equals(trouble.put(served.name(), what))) {
                    LOG.warn("{}: nobody knows whether the turn is abandoned: {}", served.name(), what);
                }
            }
        }
    }

    /** Whoever has the turn, is waited for, and runs no more. */
    private Optional<Holder> abandoned(Served served) {
        return view(served)
                .filter(view -> !view.waiting().isEmpty())
                .flatMap(view -> view.holder().stream().findFirst())
                .filter(holder -> !holders.running(holder));
    }

    private Optional<View> view(Served served) {
        String queue = ReleaseName.environmentWorkflowId(
                served.settings().service(), served.settings().environment());
        try {
            return Optional.ofNullable((View)
                    client.newUntypedWorkflowStub(queue).describe().getMemo(EnvironmentWorkflowImpl.MEMO, View.class));
        } catch (WorkflowNotFoundException nobodyHasAsked) {
            return Optional.empty();
        }
    }
}
