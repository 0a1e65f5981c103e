package dev.slipway.worker.demo;

import dev.slipway.worker.Ending;
import dev.slipway.worker.Stopped;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code slipway demo}: three releases of a small service, with everything real. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description =
                "Releases three versions of a small service on this machine: real Temporal, real PostgreSQL, real"
                        + " traffic. One succeeds, one is rolled back, one fails and changes nothing. Takes one to two minutes.")
public final class DemoCommand implements Callable<Integer> {

    /** What a shell expects of a program that Ctrl-C ended. */
    private static final int INTERRUPTED = 130;

    @Option(names = "--interactive", description = "leave the approvals to you")
    private boolean interactive;

    @Option(names = "--keep", description = "leave all running at the end, until Ctrl-C")
    private boolean keep;

    @Option(
            names = "--system",
            paramLabel = "shop|script-fury|production-workflow",
            description =
                    "what is played; shop where not given. script-fury: three tiers at a stand-in for Railway, two"
                            + " approvers, every kind of rollback, in about two minutes. production-workflow: backup,"
                            + " migration, reference data and verification of a database, each failing once, in about a minute")
    private String system = "shop";

    @Override
    public Integer call() throws Exception {
        return switch (system) {
            case "shop" -> shop();
            case "script-fury" -> scriptFury();
            case "production-workflow" -> productionWorkflow();
            default ->
                throw new Stopped(
                        Stopped.USAGE,
                        "there is no system '" + system
                                + "'; give shop, script-fury or production-workflow to --system");
        };
    }

    private int productionWorkflow() throws Exception {
        return play(
                "The production workflow: a push is a release, with backup, migration, reference data and verification."
                        + " Temporal, the worker, PostgreSQL, signatures and the record are real; the application is a"
                        + " stand-in on this machine.",
                MarketStage::new,
                (stage, account) -> new MarketStory(stage, account).play(),
                stage -> "the application " + stage.service().address() + "/api/health");
    }

    private int scriptFury() throws Exception {
        return play(
                "Script Fury: preview and staging by themselves, production by two people. Temporal, the worker,"
                        + " signatures and the record are real; Railway is a stand-in on this machine.",
                FuryStage::new,
                (stage, account) -> new FuryStory(stage, account).play(),
                stage -> "production      " + stage.outside().address() + "/production/health");
    }

    /** Makes a stage that is not set yet. */
    private interface Building<S> {
        S build(Installation installation, Map<String, String> shell, Ending ending, Account account, Hands hands)
                throws Exception;
    }

    /** Plays on a stage that is set, and tells what came otherwise than announced. */
    private interface Playing<S> {
        List<String> play(S stage, Account account) throws Exception;
    }

    /** @param serves the line that says where to look at what the stage has brought up */
    private <S extends ExampleStage> int play(
            String opening, Building<S> building, Playing<S> playing, Function<S, String> serves) throws Exception {
        if (interactive) {
            throw new Stopped(Stopped.USAGE, "--interactive is there for the shop only; leave it or --system out");
        }
        Account account = new Account(System.out);
        try (Ending ending = new Ending(INTERRUPTED)) {
            account.plain(opening);
            account.title("The stage");
            Installation installation = Installation.find();
            S stage = building.build(
                    installation,
                    Map.copyOf(System.getenv()),
                    ending,
                    account,
                    new LauncherHands(installation.launcher()));
            stage.set();
            ending.add(() -> account.ends("Taking the stage down; nothing of it stays."));
            List<String> wrong = playing.play(stage, account);
            account.plain("");
            account.plain(
                    wrong.isEmpty()
                            ? "All of it came as announced. examples/" + system
                                    + "/README.md says where each rule stands."
                            : "NOT all of it came as announced: look at the lines with ✗ above.");
            if (keep) {
                account.plain("");
                account.plain("Still running, until Ctrl-C:");
                stage.dev().ui().ifPresent(ui -> account.plain("  Temporal's UI   " + ui));
                account.plain("  " + serves.apply(stage));
                new CountDownLatch(1).await();
            }
            return wrong.isEmpty() ? 0 : 1;
        }
    }

    private int shop() throws Exception {
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
            next(account, stage.dev().ui().isPresent());
            if (keep) {
                stay(account, stage);
            }
            return asAnnounced ? 0 : 1;
        }
    }

    private static void next(Account account, boolean ui) {
        account.plain("");
        account.plain("Next:  ./slipway demo --interactive   you approve      ./slipway demo --keep   look around"
                + (ui ? " in Temporal's UI" : ""));
        account.plain("       ./slipway demo --system script-fury   three tiers at Railway, and every way back");
        account.plain(
                "       ./slipway demo --system production-workflow   a database, and every way in which it can fail");
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
