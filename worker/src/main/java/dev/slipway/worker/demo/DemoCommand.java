package dev.slipway.worker.demo;

import dev.slipway.worker.Ending;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code slipway demo}: three releases of a small service, with everything real. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = "Releases three versions of a small service on this machine: real Temporal, real PostgreSQL, real"
                + " traffic. One succeeds, one is rolled back, one fails and changes nothing. Takes about a minute.")
public final class DemoCommand implements Callable<Integer> {

    /** What a shell expects of a program that Ctrl-C ended. */
    private static final int INTERRUPTED = 130;

    @Option(names = "--interactive", description = "leave the approvals to you")
    private boolean interactive;

    @Option(names = "--keep", description = "leave all running at the end, until Ctrl-C")
    private boolean keep;

    @Override
    public Integer call() throws Exception {
        Account account = new Account(System.out);
        try (Ending ending = new Ending(INTERRUPTED)) {
            account.plain("Three releases of a small shop, with everything real. Nothing of it stays on this machine.");
            account.title("The stage");
            Stage stage = new Stage(Installation.find(), Map.copyOf(System.getenv()), ending, account);
            stage.set();
            ending.add(() -> account.ends("Taking the stage down; nothing of it stays."));
            boolean asAnnounced = new Demo(stage, account, interactive).play();
            account.plain("");
            account.plain(
                    asAnnounced
                            ? "All three ended as announced."
                            : "NOT all of it came as announced: look at the lines with ✗ above.");
            next(account);
            if (keep) {
                stay(account, stage);
            }
            return asAnnounced ? 0 : 1;
        }
    }

    private static void next(Account account) {
        account.plain("");
        account.plain(
                "Next:  ./slipway demo --interactive   you approve      ./slipway demo --keep   look around in Temporal's UI");
        account.plain("       ./slipway dev                  Temporal and a worker for a slipway.yaml of your own");
    }

    private static void stay(Account account, Stage stage) throws InterruptedException {
        account.plain("");
        account.plain("Still running, until Ctrl-C:");
        stage.dev().ui().ifPresent(ui -> account.plain("  Temporal's UI   " + ui));
        account.plain("  the shop        " + stage.shop());
        account.plain("  cd " + stage.repository().checkout());
        account.plain("  export TEMPORAL_ADDRESS=" + stage.dev().address() + " SLIPWAY_KEY=" + stage.key("ana")
                + " SLIPWAY_KNOWN_ENVIRONMENTS=" + stage.knownEnvironments());
        account.plain("  " + stage.launcher() + " history production");
        new CountDownLatch(1).await();
    }
}
