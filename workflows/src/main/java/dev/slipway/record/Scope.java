package dev.slipway.record;

import dev.slipway.plan.ReleasePlan;
import dev.slipway.trust.Kind;
import dev.slipway.trust.SignedStatement;
import dev.slipway.trust.Statement;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What of a plan a request is for: a whole release, or one phase of it, which makes nothing live and no version succeed.
 *
 * @param phase as a statement of kind run has it in its steps; empty for a whole release
 */
public record Scope(String phase) {

    /** Only looked at; there is no grant. */
    public static final String PREFLIGHT = "preflight";

    /** What changes data brings its backup along: whoever runs a phase alone has no less to fall back on. */
    private static final Map<String, Set<StepKind>> STEPS = Map.of(
            PREFLIGHT,
            EnumSet.noneOf(StepKind.class),
            "backup",
            EnumSet.of(StepKind.BACKUP),
            "migrate",
            EnumSet.of(StepKind.BACKUP, StepKind.MIGRATE),
            "reference-data",
            EnumSet.of(StepKind.BACKUP, StepKind.REFERENCE_DATA),
            "verify",
            EnumSet.of(StepKind.VERIFY));

    /** In the order in which a release has them. */
    public static final List<String> PHASES = List.of(PREFLIGHT, "backup", "migrate", "reference-data", "verify");

    private static final Scope ALL = new Scope("");

    public Scope {
        phase = phase == null ? "" : phase;
    }

    /** Everything where it is no run: what else is wrong with a request is judged elsewhere. */
    public static Scope of(Optional<Statement> request) {
        return request.filter(statement -> statement.kind() == Kind.RUN)
                .map(statement -> new Scope(statement.steps()))
                .orElse(ALL);
    }

    public static Scope of(SignedStatement request) {
        return of(request.statement());
    }

    public boolean whole() {
        return phase.isEmpty();
    }

    public boolean preflightOnly() {
        return phase.equals(PREFLIGHT);
    }

    /** Whether a step of this kind belongs to it. */
    public boolean has(StepKind kind) {
        return whole() || STEPS.getOrDefault(phase, Set.of()).contains(kind);
    }

    /** Whether people have to say yes as to a release of the plan: it opens a grant, by which the plan's rules hold. */
    public boolean needsApproval() {
        return !preflightOnly();
    }

    /** Whether something of the environment is another one after it. */
    public boolean changesSomething() {
        return whole() || STEPS.getOrDefault(phase, Set.of()).stream().anyMatch(StepKind::changesSomething);
    }

    /** Why this is nothing that the plan can be run for; empty where it is. */
    public List<String> problems(ReleasePlan plan) {
        if (whole()) {
            return List.of();
        }
        if (!STEPS.containsKey(phase)) {
            return List.of("'" + phase + "' is no phase that can be run alone; there are " + PHASES);
        }
        List<String> problems = new ArrayList<>();
        boolean there =
                switch (phase) {
                    case "backup" ->
                        plan.databases().values().stream()
                                .anyMatch(each -> !each.backup().isEmpty());
                    case "migrate" ->
                        plan.databases().values().stream()
                                .anyMatch(each -> !each.migrate().isEmpty());
                    case "reference-data" ->
                        plan.databases().values().stream()
                                .anyMatch(each -> !each.referenceData().isEmpty());
                    case "verify" -> !plan.verify().isEmpty();
                    default -> true;
                };
        if (!there) {
            problems.add("the plan of '" + plan.environment() + "' has no " + phase
                    + ", so there is nothing to run; add it to slipway.yaml, or run another phase");
        }
        return problems;
    }
}
