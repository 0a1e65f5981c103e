package dev.slipway.deciding;

import dev.slipway.deploy.Deployers;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.plan.Target;
import dev.slipway.process.Pulse;
import dev.slipway.process.WorkInterrupted;
import dev.slipway.record.Grant;
import dev.slipway.record.State;
import dev.slipway.record.Step;
import dev.slipway.record.StepKind;
import dev.slipway.served.Served;
import dev.slipway.steps.StepContext;
import dev.slipway.trust.Sha256;
import dev.slipway.trust.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The targets' own word on what a person says that they serve. It is asked for only when the statement counts already: the
 * asking may run commands of an approved plan, and spends secrets.
 */
final class AskingTargets {

    private final Deployers deployers;

    AskingTargets(Deployers deployers) {
        this.deployers = deployers;
    }

    /** Where a target says something else; one that does not answer contradicts nobody. */
    List<String> contradictions(Served served, Statement statement, Pulse pulse) {
        State state = served.record().head().state();
        String digest = state.succeeded(statement.version())
                .map(State.Succeeded::plan)
                .orElse(state.live().plan());
        Optional<ReleasePlan> plan = served.plan(digest);
        List<String> contradictions = new ArrayList<>();
        plan.ifPresent(known -> Reconciling.targets(statement).forEach((name, said) -> known.deploy().stream()
                .filter(target -> target.name().equals(name))
                .findFirst()
                .flatMap(target -> serves(served, known, statement, target, pulse))
                .filter(serves -> !serves.equals(said))
                .ifPresent(serves -> contradictions.add(name + " itself says that it serves "
                        + (serves.isEmpty() ? "nothing" : "'" + serves + "'") + ", and not '" + said
                        + "'; mend it first, or say what it serves"))));
        return contradictions;
    }

    private Optional<String> serves(Served served, ReleasePlan plan, Statement statement, Target target, Pulse pulse) {
        Grant looking = new Grant(
                Sha256.hex(statement.text()),
                "",
                statement.version(),
                plan.digest(),
                "",
                "",
                Instant.EPOCH,
                Instant.EPOCH,
                List.of(),
                "",
                Map.of());
        try {
            return Optional.of(deployers
                    .of(target)
                    .current(
                            new StepContext(served, looking, Step.planned(0, StepKind.ROLL_BACK, target.name()), plan),
                            pulse));
        } catch (WorkInterrupted interrupted) {
            throw interrupted;
        } catch (RuntimeException silent) {
            return Optional.empty();
        }
    }
}
