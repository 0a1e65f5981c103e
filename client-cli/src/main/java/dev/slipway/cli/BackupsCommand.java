package dev.slipway.cli;

import dev.slipway.evidence.EvidenceActivities.Backups;
import dev.slipway.evidence.EvidenceActivities.BackupsRequest;
import dev.slipway.evidence.EvidenceActivities.LeftDatabase;
import dev.slipway.evidence.EvidenceActivities.RecordedBackup;
import dev.slipway.evidence.LookUpWorkflow.LookUp;
import dev.slipway.plan.Sizes;
import dev.slipway.release.ReleaseName;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The backups of an environment: what its signed record says of each, and whether its store still has it. */
@Command(
        name = "backups",
        description = "The backups of an environment: how each was verified, and whether its store still has it.")
final class BackupsCommand implements Callable<Integer> {

    @Parameters(arity = "0..1", paramLabel = "ENV", description = "production, or shop/production")
    String environment = "";

    @Option(names = "--all", description = "say of each what it does not hold, not only of the newest")
    boolean all;

    @Mixin
    Connection connection = new Connection();

    @Mixin
    Output output = new Output();

    private final Shell shell;

    BackupsCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        EnvironmentName name = new Naming(shell).environment(environment);
        try (Temporal temporal = Temporal.connect(shell, connection)) {
            Backups found = LookingUp.of(
                            temporal, name, LookUp.of(new BackupsRequest(name.service(), name.environment())))
                    .backups()
                    .get(0);
            if (output.json()) {
                Output.print(shell, found.backups());
                return ExitCode.SUCCEEDED.number();
            }
            if (found.backups().isEmpty()) {
                shell.print("there is no backup of " + name.text() + " yet");
            }
            boolean newest = true;
            for (RecordedBackup backup : found.backups()) {
                print(backup, newest || all);
                newest = false;
            }
            found.left().forEach(this::print);
            found.unasked().forEach(why -> shell.print("what restores have left could not be asked of " + why));
            return ExitCode.SUCCEEDED.number();
        }
    }

    private void print(RecordedBackup backup, boolean inFull) {
        shell.print(Spans.time(backup.time()) + "  "
                + ReleaseView.padded(backup.database(), 10) + " "
                + ReleaseView.padded(backup.version().isEmpty() ? "by run" : backup.version(), 12) + " "
                + ReleaseView.padded(backup.bytes() == 0 ? "-" : Sizes.about(backup.bytes()), 8) + " "
                + ReleaseView.padded(word(backup), 18) + " "
                + Spans.words(Duration.between(backup.time(), shell.clock().instant())) + " old");
        shell.print("    " + backup.dump());
        if (!backup.detail().isEmpty()) {
            shell.print("    " + backup.detail());
        }
        if (!backup.verified().isEmpty()) {
            shell.print("    verified: " + backup.verified() + "; sha256 "
                    + backup.sha256().substring(0, Math.min(12, backup.sha256().length())));
        }
        if (ReleaseName.isRestore(backup.version())) {
            shell.print("    what was there just before " + backup.version()
                    + " put another backup in its place; `--backup` brings it back");
        }
        if (inFull) {
            backup.without().forEach(without -> shell.print("    not in it: " + without));
        }
    }

    private void print(LeftDatabase left) {
        shell.print("left by a restore, beside " + left.database() + ": " + left.name()
                + (left.bytes() < 0 ? "" : ", " + Sizes.about(left.bytes()))
                + (left.half() ? ", half restored" : "")
                + (left.sessions() == 0
                        ? ""
                        : ", in use by " + left.sessions() + (left.sessions() == 1 ? " session" : " sessions")));
        shell.print(
                left.open()
                        ? "    it belongs to the restore that is under way; leave it"
                        : "    when nobody needs it: " + left.drop());
    }

    private static String word(RecordedBackup backup) {
        return switch (backup.state()) {
            case THERE -> "there";
            case MISSING -> "MISSING";
            case OTHER -> "NOT WHAT IT WAS";
            case ELSEWHERE -> "elsewhere";
            case UNREAD -> "not readable";
            case UNRECORDED -> "not in the record";
        };
    }
}
