package dev.slipway.worker.demo;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The story: a good release, one that is rolled back by itself, one that fails before anything is deployed. */
final class Demo {

    private static final Duration COMMAND = Duration.ofMinutes(2);

    /** A person thinks before they sign. */
    private static final Duration WITH_A_PERSON = Duration.ofHours(1);

    /** Exit codes of the command line. */
    private static final int SUCCEEDED = 0;

    private static final int FAILED_NOTHING_CHANGED = 10;
    private static final int ROLLED_BACK = 12;
    private static final int STILL_WAITING = 16;

    private final Stage stage;
    private final Account account;
    private final boolean interactive;
    private final List<List<String>> rows = new ArrayList<>();
    private boolean asAnnounced = true;

    Demo(Stage stage, Account account, boolean interactive) {
        this.stage = stage;
        this.account = account;
        this.interactive = interactive;
    }

    /** Whether all ended as it was announced. */
    boolean play() throws IOException {
        rows.add(List.of("release", "announced", "ended", "took", "serves now"));
        for (Act act : List.<Act>of(this::good, this::rolledBack, this::unlocked, this::failed)) {
            // what comes after rests on what came before
            if (asAnnounced) {
                act.play();
            }
        }
        account.title("What happened");
        account.table(rows);
        account.plain("");
        account.plain("  " + stage.answers());
        account.plain(
                "  none: no answer, for nothing runs before 1.0.0; 503: no version is live; 500: what 1.1.0 gets wrong");
        return asAnnounced;
    }

    private interface Act {
        void play() throws IOException;
    }

    private void good() throws IOException {
        account.title("1.0.0 is good: SUCCEEDED is announced");
        release("1.0.0", "SUCCEEDED", SUCCEEDED, "first version");
        fact(
                stage.outside().serves().equals("1.0.0"),
                "the shop answers: it is " + stage.outside().serves());
        fact(
                stage.outside().migrations().equals(List.of("1")),
                "the database knows the migrations " + stage.outside().migrations());
        fact(
                stage.outside().dumps() == 1,
                "dumps on the disk, each with its manifest: " + stage.outside().dumps());
    }

    private void rolledBack() throws IOException {
        account.title("1.1.0 migrates well, but every third look at a product fails: ROLLED_BACK is announced");
        stage.repository().advance("1.1.0");
        release("1.1.0", "ROLLED_BACK", ROLLED_BACK, "discounts");
        fact(
                stage.outside().serves().equals("1.0.0"),
                "the shop answers: it is " + stage.outside().serves() + " again");
        fact(
                stage.outside().migrations().equals(List.of("1", "2")),
                "the database keeps its migrations " + stage.outside().migrations() + ": 1.0.0 works with them");
        fact(
                stage.outside().dumps() == 2,
                "dumps on the disk: " + stage.outside().dumps());
    }

    private void unlocked() {
        account.title("After a rollback nothing goes to production until somebody has looked");
        slipway("ben", "status", "production");
        int exit =
                slipway("ana", "unlock", "production", "--yes", "--reason", "found it: 1.1.0 divides by the discount");
        fact(exit == 0, "unlocked by a statement that ana signed");
    }

    private void failed() throws IOException {
        account.title("1.2.0 brings two migrations, and the second one is wrong: FAILED before anything is deployed");
        stage.repository().advance("1.2.0");
        List<String> before = stage.outside().schema();
        release("1.2.0", "FAILED", FAILED_NOTHING_CHANGED, "stock keeping units");
        fact(
                stage.outside().serves().equals("1.0.0"),
                "the shop answers: it is " + stage.outside().serves() + ", untouched");
        fact(
                stage.outside().schema().equals(before)
                        && stage.outside().migrations().equals(List.of("1", "2")),
                "the schema is the one before, column by column; migrations "
                        + stage.outside().migrations());
    }

    /** Asks, approves, and follows to the end, as two people would. */
    private void release(String version, String announced, int wanted, String why) {
        long began = System.nanoTime();
        int asked = slipway("ben", "release", "production", "--version", version, "--wait", "approval");
        link(version);
        if (asked == STILL_WAITING) {
            approve(version, why);
        }
        int exit = slipway("ben", "watch", version);
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        fact(
                exit == wanted,
                "exit code " + exit + " means " + meaning(exit)
                        + (exit == wanted ? ", as announced" : "; announced was " + announced));
        rows.add(List.of(
                version,
                announced,
                meaning(exit),
                took.toSeconds() + " s",
                stage.outside().serves()));
    }

    private void approve(String version, String why) {
        if (!interactive) {
            slipway("ana", "approve", version, "--reason", why, "--yes");
            return;
        }
        account.plain("");
        account.say("It waits for you. You are ana; in another terminal:");
        account.plain("");
        account.plain("  cd " + stage.repository().checkout());
        account.plain("  export TEMPORAL_ADDRESS=" + stage.dev().address());
        account.plain("  export SLIPWAY_KEY=" + stage.key("ana"));
        account.plain("  export SLIPWAY_KNOWN_ENVIRONMENTS=" + stage.knownEnvironments());
        account.plain("  " + stage.launcher() + " approve " + version + " --reason '" + why + "'");
    }

    private void link(String version) {
        Optional<String> ui = stage.dev().ui();
        ui.ifPresent(address -> account.say("in Temporal's UI: " + address + "/namespaces/default/workflows/"
                + URLEncoder.encode("release:shop:production:" + version, StandardCharsets.UTF_8)));
    }

    private int slipway(String who, String... arguments) {
        List<String> shown = new ArrayList<>(List.of("slipway"));
        List<String> argv = new ArrayList<>(List.of(stage.launcher().toString()));
        for (String argument : arguments) {
            shown.add(argument.contains(" ") ? "'" + argument + "'" : argument);
            argv.add(argument);
        }
        account.command(who, String.join(" ", shown));
        return Program.run(
                argv,
                stage.repository().checkout(),
                stage.commandLine(who),
                interactive ? WITH_A_PERSON : COMMAND,
                account::answer);
    }

    private void fact(boolean holds, String text) {
        asAnnounced &= holds;
        account.fact(holds, text);
    }

    private static String meaning(int exit) {
        return switch (exit) {
            case SUCCEEDED -> "SUCCEEDED";
            case FAILED_NOTHING_CHANGED -> "FAILED";
            case ROLLED_BACK -> "ROLLED_BACK";
            default -> "exit code " + exit;
        };
    }
}
