package dev.slipway.cli;

import dev.slipway.environment.EnvironmentWorkflow.View;
import dev.slipway.environment.Holder;
import dev.slipway.environment.Mirror;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** All environments, a line each. Needs no worker: it stands in the memos of their workflows. */
@Command(name = "environments", description = "All environments that this Temporal knows, a line each.")
final class EnvironmentsCommand implements Callable<Integer> {

    @Mixin
    Connection connection = new Connection();

    @Mixin
    Output output = new Output();

    /** Of a reason: an environment is one line here, and `slipway status` tells all of it. */
    private static final int REASON = 100;

    private final Shell shell;

    EnvironmentsCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        try (Temporal temporal = Temporal.connect(shell, connection)) {
            List<View> views = temporal.running("EnvironmentWorkflow").stream()
                    .flatMap(execution -> temporal.memo(execution, View.class).stream())
                    .sorted(Comparator.comparing(View::service).thenComparing(View::environment))
                    .toList();
            if (output.json()) {
                Output.print(shell, views);
                return ExitCode.SUCCEEDED.number();
            }
            if (views.isEmpty()) {
                shell.print("Temporal at " + temporal.address() + " knows no environment yet");
                return ExitCode.SUCCEEDED.number();
            }
            int width =
                    views.stream().mapToInt(view -> name(view).length()).max().orElse(0);
            Instant now = shell.clock().instant();
            shell.print(line(width, "environment", "live", "last good", "state"));
            for (View view : views) {
                Optional<Mirror> mirror = view.mirror().stream().findFirst();
                shell.print(line(
                        width,
                        name(view),
                        mirror.map(Mirror::live).filter(text -> !text.isEmpty()).orElse("nothing"),
                        mirror.map(Mirror::lastKnownGood)
                                .filter(text -> !text.isEmpty())
                                .orElse("none"),
                        state(view, mirror, now)));
            }
            return ExitCode.SUCCEEDED.number();
        }
    }

    private static String name(View view) {
        return view.service() + "/" + view.environment();
    }

    private static String line(int width, String name, String live, String good, String state) {
        return ReleaseView.padded(name, width) + "  " + ReleaseView.padded(live, 12) + "  "
                + ReleaseView.padded(good, 12) + "  " + state;
    }

    /** What keeps things from going on comes first. */
    private static String state(View view, Optional<Mirror> mirror, Instant now) {
        List<String> parts = new ArrayList<>();
        if (!view.trouble().isEmpty()) {
            parts.add("RECORD: " + view.trouble());
        }
        mirror.ifPresent(copy -> {
            copy.lock().forEach(lock -> parts.add("LOCKED: " + Shown.cut(lock.reason(), REASON)));
            copy.freeze().stream()
                    .filter(freeze -> now.isBefore(freeze.until()))
                    .forEach(freeze -> parts.add(
                            "FROZEN until " + Spans.time(freeze.until()) + ": " + Shown.cut(freeze.reason(), REASON)));
            copy.leases().stream()
                    .filter(lease -> now.isBefore(lease.until()))
                    .forEach(lease -> parts.add("MAY ACT: " + lease.words()));
        });
        view.holder().stream().map(Holder::workflow).forEach(workflow -> parts.add(workflow + " has the turn"));
        if (!view.waiting().isEmpty()) {
            parts.add(view.waiting().size() + " in the queue");
        }
        return parts.isEmpty() ? "quiet" : String.join("; ", parts);
    }
}
