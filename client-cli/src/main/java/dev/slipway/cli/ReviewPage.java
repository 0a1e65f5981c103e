package dev.slipway.cli;

import dev.slipway.plan.ReleasePlan;
import dev.slipway.record.Review;
import dev.slipway.record.Scope;
import dev.slipway.record.SignedText;
import dev.slipway.release.Outcome;
import dev.slipway.release.Phase;
import dev.slipway.release.ReleaseReport;
import dev.slipway.trust.Lane;
import dev.slipway.trust.Sha256;
import dev.slipway.trust.SignatureCheck;
import dev.slipway.trust.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What an approver reads: the review that the environment's key signed, and how far it agrees with the request and with
 * this checkout.
 *
 * @param hash what an approval is about
 * @param doubts why none of this is to be believed; empty where it is
 * @param differs whether this checkout comes to another plan
 */
record ReviewPage(Review review, String hash, List<String> doubts, boolean differs, List<String> lines) {

    static ReviewPage of(Shell shell, Subject subject) {
        SignedText signed = subject.report().review().stream()
                .findFirst()
                .orElseThrow(() -> new CommandStopped(ExitCode.NOT_ALLOWED, withoutReview(subject)));
        Review review = parse(subject, signed);
        List<String> doubts = doubts(shell, subject, signed, review);
        Optional<ReleasePlan> here = Checkout.find(shell).flatMap(checkout -> checkout.same(subject.plan()));
        boolean differs =
                here.filter(plan -> !plan.digest().equals(review.plan())).isPresent();
        List<String> lines = new ArrayList<>();
        addRequest(lines, subject, review);
        addChange(lines, subject, review);
        lines.add("plan      " + review.plan());
        lines.add("          " + agreement(here, differs));
        lines.add("review    " + hash(signed) + " of " + Spans.time(review.time()));
        lines.add(
                doubts.isEmpty()
                        ? "          signed by the pinned key of "
                                + subject.environment().text()
                        : "          NOT to be believed: " + String.join("; ", doubts));
        return new ReviewPage(review, hash(signed), doubts, differs, List.copyOf(lines));
    }

    private static Review parse(Subject subject, SignedText signed) {
        try {
            return Review.parse(signed.text());
        } catch (IllegalArgumentException e) {
            throw new CommandStopped(
                    ExitCode.UNCONFIRMED,
                    "what Temporal gives as the review of " + subject.name().text() + " is none",
                    e);
        }
    }

    /** What was asked for, and by whom. */
    private static void addRequest(List<String> lines, Subject subject, Review review) {
        lines.add("release   " + subject.name().text()
                + (review.commit().isEmpty() ? "" : "  commit " + review.commit()));
        if (!review.phase().isEmpty()) {
            lines.add("only      " + review.phase() + ": nothing is deployed, and no version succeeds by it");
        }
        lines.add("asked by  " + review.requestedBy() + requestWords(subject));
        subject.input()
                .request()
                .statement()
                .ifPresent(
                        asked -> lines.add("until     " + Spans.time(asked.expires()) + "; then the request is over"));
        if (review.lane().equals(Lane.HOTFIX.word())) {
            lines.add("lane      HOTFIX" + skipped(subject));
        }
        lines.add("live      "
                + (review.live().version().isEmpty()
                        ? "nothing yet"
                        : review.live().version() + " since "
                                + Spans.time(review.live().since())));
    }

    /** What would be another afterwards. */
    private static void addChange(List<String> lines, Subject subject, Review review) {
        section(
                lines,
                "new",
                review.commits().stream()
                        .map(each -> Shown.cut(each.id(), 10) + " " + each.author() + ": " + each.subject())
                        .toList());
        if (!review.authors().isEmpty()) {
            lines.add("authors   " + String.join(", ", review.authors()) + authorsWords(subject));
        }
        section(lines, "gates", review.gates());
        section(lines, "migrate", MigrationWords.of(review));
        section(lines, "back up", review.backups());
        section(lines, "data", review.referenceData());
        section(lines, "deploy", review.targets());
        section(lines, "config", review.config());
        section(lines, "watch", review.watch());
        section(lines, "warnings", review.warnings());
        section(lines, "no undo", review.notUndone());
    }

    private static String withoutReview(Subject subject) {
        ReleaseReport report = subject.report();
        String release = subject.name().text();
        if (report.phase() != Phase.DONE) {
            return release + " has no review yet; it is in phase "
                    + report.phase().words();
        }
        return release + " is over, and never had a review: it "
                + Arrays.stream(Outcome.values())
                        .filter(outcome -> outcome.name().equals(report.outcome()))
                        .findFirst()
                        .map(outcome -> outcome.because(report.headline()))
                        .orElse("has ended")
                + ". There is nothing to approve; once that is mended, ask for it again with `slipway release "
                + subject.environment().environment() + " --version "
                + subject.name().version() + "`";
    }

    private static String hash(SignedText signed) {
        return Sha256.hex(signed.text());
    }

    private static List<String> doubts(Shell shell, Subject subject, SignedText signed, Review review) {
        List<String> doubts = new ArrayList<>();
        new PinnedKeys(shell).doubt(subject.environment(), signed).ifPresent(doubts::add);
        equal("service", review.service(), subject.name().service(), doubts);
        equal("environment", review.environment(), subject.name().environment(), doubts);
        equal("version", review.version(), subject.name().version(), doubts);
        equal("plan", review.plan(), subject.plan().digest(), doubts);
        equal("lane", review.lane(), subject.lane().word(), doubts);
        equal("commit", review.commit(), subject.plan().commit(), doubts);
        equal("request", review.request(), subject.input().request().id(), doubts);
        equal("phase", review.phase(), Scope.of(subject.input().request()).phase(), doubts);
        return doubts;
    }

    private static void equal(String field, String reviewed, String asked, List<String> doubts) {
        if (!reviewed.equals(asked)) {
            doubts.add("the review's " + field + " is '" + reviewed + "', the request's '" + asked + "'");
        }
    }

    private static String skipped(Subject subject) {
        return subject.plan().hotfix().stream()
                .filter(rules -> !rules.skip().isEmpty())
                .map(rules -> ": without " + String.join(", ", rules.skip()))
                .findFirst()
                .orElse("");
    }

    private static String authorsWords(Subject subject) {
        return subject.plan().approval(subject.lane()).excludesAuthors() ? " (their approval does not count)" : "";
    }

    private static String requestWords(Subject subject) {
        SignatureCheck check =
                SignatureCheck.of(subject.input().request(), subject.plan().people());
        String how =
                check instanceof SignatureCheck.Genuine ? " (their signature is genuine)" : " (NOT genuinely signed)";
        String why =
                subject.input().request().statement().map(Statement::reason).orElse("");
        return how + (why.isEmpty() ? "" : ": " + why);
    }

    private static String agreement(Optional<ReleasePlan> here, boolean differs) {
        if (here.isEmpty()) {
            return "not compared: this folder is no checkout that has it";
        }
        return differs
                ? "this checkout comes to ANOTHER plan: " + here.get().digest()
                : "this checkout comes to the same plan";
    }

    private static void section(List<String> lines, String title, List<String> items) {
        for (int at = 0; at < items.size(); at++) {
            lines.add(ReleaseView.padded(at == 0 ? title : "", 10) + items.get(at));
        }
    }
}
