package dev.slipway.cli;

import dev.slipway.release.Approvals;
import dev.slipway.release.Decision;
import dev.slipway.release.Question;
import dev.slipway.release.ReleaseReport;
import dev.slipway.trust.Kind;
import dev.slipway.trust.SignedStatement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * What all signed words to a release under way have in common that need one person who may roll back: finish, extend, retry,
 * give up.
 */
final class ReleaseWord {

    private static final Duration HOLDS = Duration.ofHours(1);

    @Parameters(
            arity = "0..1",
            paramLabel = "RELEASE",
            description = "1.4.0, or shop/production@1.4.0; the only one in question where not given")
    String release = "";

    @Option(names = "--reason", paramLabel = "TEXT", description = "why")
    String reason = "";

    @Mixin
    Decisions decisions = new Decisions();

    @Mixin
    Signing signing = new Signing();

    @Mixin
    Connection connection = new Connection();

    /** What exactly is said to the release as it is now; stops where there is nothing to say it to. */
    interface Saying {
        String what(Subject subject);
    }

    /**
     * Signs and sends it.
     *
     * @param meant which running releases come into question where none is named
     * @param recorded whether it counts only once it stands in the record, so that a receipt has to come back
     */
    int say(Shell shell, Kind kind, Predicate<Running> meant, boolean recorded, Saying saying) {
        try (Temporal temporal = Temporal.connect(shell, connection)) {
            Subject subject = Subject.of(temporal, new Naming(shell).release(temporal, release, meant))
                    .underWay();
            String what = saying.what(subject);
            SigningKey key = signing.find(shell, subject.plan().people());
            Instant now = shell.clock().instant();
            String base = subject.report().base();
            SignedStatement word = signing.sign(
                    key,
                    new Draft(
                                    kind,
                                    subject.environment(),
                                    subject.name().version(),
                                    subject.plan().digest(),
                                    base,
                                    what,
                                    "",
                                    reason,
                                    List.of())
                            .by(key, now, HOLDS));
            Decisions.require(Approvals.problemsOfRollbackRight(
                    subject.plan(), signing.known(subject.plan().people(), key), kind, base, word, now));
            Decisions.To to = new Decisions.To(subject.environment(), subject.execution(), kind.word());
            return recorded
                    ? decisions.sendForReceipt(
                            shell, temporal, to, word, Decision.class, Decision::text, Decision::receipt)
                    : decisions.send(shell, temporal, to, word, Decision.class, Decision::text);
        }
    }

    /** The failure that a release asks about, shown to who is about to answer. */
    static String answerTo(Shell shell, Subject subject) {
        ReleaseReport report = subject.report();
        Question question = report.question().stream()
                .findFirst()
                .orElseThrow(() -> new CommandStopped(
                        ExitCode.NOT_ALLOWED,
                        subject.name().text() + " asks nobody what to do about a failure; it is in phase "
                                + report.phase().words()));
        // a step that says itself which one it is says so once
        String step = question.title() + ": ";
        shell.say(question.failure().startsWith(step) ? question.failure() : step + question.failure());
        // what the steps before it did stays done, so only this attempt is spoken of
        shell.say((question.changed() ? "it may have left something" : "this attempt changed nothing") + "; until "
                + Spans.time(question.until()) + ", then " + question.otherwise());
        return Approvals.answerTo(question.step(), question.attempt());
    }
}
