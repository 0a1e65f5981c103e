package dev.slipway.cli;

import dev.slipway.evidence.EvidenceActivities.FetchRequest;
import dev.slipway.evidence.EvidenceActivities.Folder;
import dev.slipway.evidence.LookUpWorkflow.LookUp;
import dev.slipway.release.ReleaseName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Brings what remains of a release to this machine, or proves that nothing of it was changed. */
@Command(
        name = "evidence",
        description = "Fetch what remains of a release that has ended, as a folder; or verify such a folder.")
final class EvidenceCommand implements Callable<Integer> {

    @Parameters(arity = "0..1", paramLabel = "RELEASE", description = "1.4.0, or shop/production@1.4.0")
    String release = "";

    @Option(
            names = "--to",
            paramLabel = "FOLDER",
            description = "where to; evidence-<service>-<environment>-<version> where not given")
    String to = "";

    @Option(
            names = "--verify",
            paramLabel = "FOLDER",
            description = "find any changed byte in a folder; needs the environment's pinned key, and no Temporal")
    String verify = "";

    @Option(
            names = "--former-key",
            paramLabel = "KEY",
            description =
                    "a key that the environment had before: 'ssh-ed25519 AAAA…', or a .pub file; may be given again")
    List<String> former = List.of();

    @Mixin
    Connection connection = new Connection();

    private final Shell shell;

    EvidenceCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        return verify.isEmpty() ? fetch() : verify(shell.folder().resolve(verify));
    }

    private int fetch() {
        if (release.isEmpty()) {
            throw new CommandStopped(
                    ExitCode.USAGE, "of which release? Give a version, or --verify with a folder of evidence");
        }
        ReleaseName name = release.contains("@")
                ? ReleaseName.parse(release)
                        .orElseThrow(() -> new CommandStopped(
                                ExitCode.USAGE,
                                "'" + release + "' is no release; write it like 'shop/production@1.4.0'"))
                : new Naming(shell).environment("").release(release);
        Path folder = shell.folder()
                .resolve(
                        to.isEmpty()
                                ? "evidence-" + name.service() + "-" + name.environment() + "-" + name.version()
                                : to);
        if (Files.exists(folder)) {
            throw new CommandStopped(ExitCode.USAGE, "'" + folder + "' is there already; name another with --to");
        }
        try (Temporal temporal = Temporal.connect(shell, connection)) {
            FetchedEvidence found = fetched(temporal, name);
            new EvidenceFolder(folder).layOut(found.manifest(), found.files());
        }
        shell.print("the evidence of " + name.text() + " lies in " + folder);
        return verify(folder);
    }

    /** All pieces, put together; each is the worker's answer to a question of its own. */
    private static FetchedEvidence fetched(Temporal temporal, ReleaseName name) {
        FetchRequest asking = new FetchRequest(name.service(), name.environment(), name.version());
        FetchedEvidence fetched = new FetchedEvidence(name);
        Folder piece;
        do {
            piece = LookingUp.of(temporal, EnvironmentName.of(name), LookUp.of(asking))
                    .evidence()
                    .get(0);
            fetched.take(asking, piece);
            asking = asking.after(piece);
        } while (!piece.last());
        fetched.proveWhole();
        return fetched;
    }

    private int verify(Path folder) {
        EvidenceFolder evidence = new EvidenceFolder(folder);
        List<String> problems = evidence.problems(
                shell, former.stream().map(key -> TrustCommand.key(shell, key)).toList());
        if (problems.isEmpty()) {
            shell.print(evidence.manifest().files().size()
                    + " files, each as the environment's key signed it; statements and entries verify");
            shell.print("SHA-256 of the whole, by its manifest: " + evidence.digest());
            return ExitCode.SUCCEEDED.number();
        }
        problems.forEach(problem -> shell.say("slipway: " + problem));
        return ExitCode.UNCONFIRMED.number();
    }
}
