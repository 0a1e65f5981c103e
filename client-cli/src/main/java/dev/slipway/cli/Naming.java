package dev.slipway.cli;

import dev.slipway.plan.reading.PlanEnvironments;
import dev.slipway.release.ReleaseName;
import dev.slipway.release.ReleaseWorkflow;
import dev.slipway.release.Status;
import dev.slipway.restore.RestoreWorkflow.RestoreInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What somebody means who names an environment or a release briefly, or not at all. */
final class Naming {

    /** Of the releases that run, where one is mistyped. */
    private static final int SHOWN = 5;

    private static final String DRILL = "drill";
    private static final String RESTORE = "restore";

    private final Shell shell;
    private final Optional<Checkout> checkout;

    Naming(Shell shell) {
        this(shell, Checkout.find(shell));
    }

    Naming(Shell shell, Optional<Checkout> checkout) {
        this.shell = shell;
        this.checkout = checkout;
    }

    /** {@code shop/production} anywhere; {@code production}, or nothing where only one is meant, in a checkout. */
    EnvironmentName environment(String given) {
        if (given.contains("/")) {
            String[] parts = given.split("/", -1);
            if (parts.length != 2) {
                throw new CommandStopped(
                        ExitCode.USAGE, "'" + given + "' is no environment; write it like 'shop/production'");
            }
            return new EnvironmentName(parts[0], parts[1]);
        }
        if (checkout.isEmpty()) {
            throw new CommandStopped(
                    ExitCode.USAGE,
                    given.isEmpty()
                            ? "which environment? There is no slipway.yaml here; write it like 'shop/production'"
                            : "'" + given + "' of which service? There is no slipway.yaml in '" + shell.folder()
                                    + "'; write it like 'shop/" + given + "'");
        }
        PlanEnvironments offered = checkout.get().environments();
        if (offered.service().isEmpty()) {
            throw new CommandStopped(
                    ExitCode.USAGE,
                    "'" + checkout.get().path() + "' names no service; `slipway validate` says what is wrong");
        }
        if (!given.isEmpty()) {
            if (offered.named(given).isEmpty()) {
                throw new CommandStopped(
                        ExitCode.USAGE,
                        "'" + checkout.get().path() + "' has no environment '" + given + "'; it has " + names(offered));
            }
            return new EnvironmentName(offered.service(), given);
        }
        Optional<PlanEnvironments.Named> meant = offered.environments().size() == 1
                ? Optional.of(offered.environments().get(0))
                : offered.ofBranch(checkout.get().branch());
        return new EnvironmentName(
                offered.service(),
                meant.orElseThrow(() -> new CommandStopped(
                                ExitCode.USAGE, "which environment? " + offered.service() + " has " + names(offered)))
                        .name());
    }

    /** All environments of the checkout. */
    List<EnvironmentName> environmentsHere() {
        return checkout.map(Checkout::environments)
                .filter(offered -> !offered.service().isEmpty())
                .map(offered -> offered.environments().stream()
                        .map(each -> new EnvironmentName(offered.service(), each.name()))
                        .toList())
                .orElse(List.of());
    }

    /**
     * The release that is meant, and its newest run.
     *
     * @param given {@code 1.4.0}, {@code shop/production@1.4.0}, or empty for the only running one
     * @param wanted of running ones, which come into question where none is named
     */
    Found release(Temporal temporal, String given, Predicate<Running> wanted) {
        if (given.contains("@")) {
            ReleaseName name = ReleaseName.parse(given)
                    .orElseThrow(() -> new CommandStopped(
                            ExitCode.USAGE, "'" + given + "' is no release; write it like 'shop/production@1.4.0'"));
            return found(temporal, name).orElseThrow(() -> unknown(temporal, "release '" + name.text() + "'"));
        }
        List<Running> running = running(temporal);
        if (given.isEmpty()) {
            List<Running> meant = running.stream().filter(wanted).toList();
            return one(meant, running);
        }
        if (!ReleaseName.PART.matcher(given).matches()) {
            throw new CommandStopped(
                    ExitCode.USAGE, "'" + given + "' is no release; write it like '1.4.0' or 'shop/production@1.4.0'");
        }
        List<Running> ofVersion = running.stream()
                .filter(each -> each.name().version().equals(given))
                .filter(each ->
                        environmentsHere().isEmpty() || environmentsHere().contains(EnvironmentName.of(each.name())))
                .toList();
        if (!ofVersion.isEmpty()) {
            return one(ofVersion, ofVersion);
        }
        List<Found> ended = new ArrayList<>();
        environmentsHere().forEach(environment -> found(temporal, environment.release(given))
                .ifPresent(ended::add));
        if (ended.size() > 1) {
            throw new CommandStopped(
                    ExitCode.USAGE,
                    "which one? "
                            + String.join(
                                    ", ",
                                    ended.stream()
                                            .map(each -> each.name().text())
                                            .toList()));
        }
        if (ended.isEmpty()
                && environmentsHere().stream()
                        .anyMatch(each -> each.environment().equals(given))) {
            throw new CommandStopped(
                    ExitCode.USAGE,
                    "'" + given + "' is an environment, and a release of it is meant; write it like '1.4.0' or '"
                            + environmentsHere().get(0).service() + "/" + given + "@1.4.0'" + running(running));
        }
        if (ended.isEmpty()) {
            throw new CommandStopped(
                    ExitCode.USAGE,
                    "Temporal at " + temporal.address() + " knows no release '" + given + "'" + running(running)
                            + "; `slipway history` lists those that have ended");
        }
        return ended.get(0);
    }

    /** The same, and also a restore or a drill by its name: for who only looks. */
    Found story(Temporal temporal, String given) {
        Optional<ReleaseName> whole = given.contains("@")
                ? ReleaseName.parse(given)
                : environmentsHere().size() == 1
                        ? Optional.of(environmentsHere().get(0).release(given))
                        : Optional.empty();
        Optional<ReleaseName> noRelease =
                whole.filter(name -> found(temporal, name).isEmpty());
        Optional<Found> found = noRelease.flatMap(name -> ofRestore(temporal, name));
        if (found.isEmpty()) {
            noRelease.flatMap(Naming::kind).ifPresent(kind -> {
                throw unknown(temporal, kind + " '" + given + "', and no release of that name");
            });
        }
        return found.orElseGet(() -> release(temporal, given, running -> true));
    }

    /** What is meant by a name that is no release's. */
    private static Optional<String> kind(ReleaseName name) {
        return Stream.of(DRILL, RESTORE)
                .filter(kind -> name.version().equals(kind) || name.version().startsWith(kind + "-"))
                .findFirst();
    }

    /** They have one workflow id an environment; the name of one is made of the statement that asked for it. */
    private static Optional<Found> ofRestore(Temporal temporal, ReleaseName name) {
        String version = name.version();
        boolean drill = version.startsWith(DRILL);
        if (!drill && !version.startsWith(RESTORE)) {
            return Optional.empty();
        }
        String asked = version.substring(drill ? DRILL.length() : RESTORE.length());
        String workflow = drill
                ? ReleaseName.drillWorkflowId(name.service(), name.environment())
                : ReleaseName.restoreWorkflowId(name.service(), name.environment());
        if (asked.isEmpty()) {
            return temporal.describe(workflow).map(execution -> new Found(name, execution));
        }
        return temporal.runs(workflow).stream()
                .filter(run -> asked.startsWith("-")
                        && temporal.input(run, RestoreInput.class)
                                .restore()
                                .id()
                                .startsWith(asked.substring(1)))
                .findFirst()
                .map(execution -> new Found(name, execution));
    }

    /** A release and its newest run. */
    record Found(ReleaseName name, Execution execution) {}

    static Optional<Found> found(Temporal temporal, ReleaseName name) {
        return temporal.describe(name.workflowId()).map(execution -> new Found(name, execution));
    }

    static List<Running> running(Temporal temporal) {
        List<Running> running = new ArrayList<>();
        for (Execution execution : temporal.running(ReleaseWorkflow.class.getSimpleName())) {
            temporal.memo(execution, Status.class).ifPresent(status -> {
                ReleaseName name = new ReleaseName(status.service(), status.environment(), status.version());
                // a memo is only what somebody wrote; the id is what the release is known by
                if (name.wellFormed() && name.workflowId().equals(execution.workflow())) {
                    running.add(new Running(name, execution, status));
                }
            });
        }
        return running;
    }

    private static Found one(List<Running> meant, List<Running> running) {
        if (meant.size() == 1) {
            return new Found(meant.get(0).name(), meant.get(0).execution());
        }
        if (meant.isEmpty()) {
            throw new CommandStopped(
                    ExitCode.USAGE,
                    running.isEmpty()
                            ? "no release is running; name one like 'shop/production@1.4.0'"
                            : "none of the running releases is meant by that; running: " + names(running));
        }
        throw new CommandStopped(ExitCode.USAGE, "which one? " + names(meant));
    }

    private static CommandStopped unknown(Temporal temporal, String what) {
        return new CommandStopped(
                ExitCode.USAGE,
                "Temporal at " + temporal.address() + " knows no " + what
                        + "; `slipway status` and `slipway history` list releases");
    }

    /** Those that a mistyped one may be. */
    private String running(List<Running> running) {
        List<Running> here = running.stream()
                .filter(each ->
                        environmentsHere().isEmpty() || environmentsHere().contains(EnvironmentName.of(each.name())))
                .toList();
        if (here.isEmpty()) {
            return "; none is running";
        }
        int shown = Math.min(SHOWN, here.size());
        return "; running: " + names(here.subList(0, shown))
                + (shown < here.size() ? " and " + (here.size() - shown) + " more" : "");
    }

    private static String names(List<Running> running) {
        return String.join(
                ", ", running.stream().map(each -> each.name().text()).toList());
    }

    private static String names(PlanEnvironments offered) {
        return String.join(
                ", ",
                offered.environments().stream()
                        .map(PlanEnvironments.Named::name)
                        .toList());
    }
}
