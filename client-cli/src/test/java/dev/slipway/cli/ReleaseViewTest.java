package dev.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.record.Entry;
import dev.slipway.record.Event;
import dev.slipway.record.SignedText;
import dev.slipway.record.State;
import dev.slipway.release.JournalEntry;
import dev.slipway.release.Phase;
import dev.slipway.release.ReleaseReport;
import dev.slipway.release.Waiting;
import dev.slipway.trust.EnvironmentKey;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ReleaseViewTest {

    private static final Instant NINE = Instant.parse("2026-11-21T09:00:00Z");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private Shell shell(String terminal) {
        return shell(terminal, Map.of());
    }

    private Shell shell(String terminal, Map<String, String> variables) {
        return new Shell(
                variables,
                Path.of(""),
                new BufferedReader(new StringReader("")),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                terminal,
                Clock.fixed(NINE.plusSeconds(90), ZoneOffset.UTC),
                Duration.ZERO);
    }

    @Test
    void saysOfWhomAWordIsWaitedForBeforeWhatFailed() {
        assertThat(ReleaseView.words(
                        "a person's word after a failure: it broke (otherwise it stops)", List.of("ana", "ben")))
                .isEqualTo("a word of ana, ben after a failure: it broke (otherwise it stops)");
        assertThat(ReleaseView.words("approval", List.of("ana"))).isEqualTo("approval of ana");
    }

    @Test
    void leavesTheEndOfARollbackToItsLastSentence() {
        new ReleaseView(shell("dumb"), false)
                .show(report(Phase.VERIFY, "by ana: go on; back on 1.0.0", List.of(), List.of()));
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("verify\n");
    }

    private static ReleaseReport report(List<Waiting> waiting, List<String> undo, JournalEntry... journal) {
        return report(Phase.DEPLOY, "", waiting, undo, journal);
    }

    private static ReleaseReport report(
            Phase phase, String headline, List<Waiting> waiting, List<String> undo, JournalEntry... journal) {
        return new ReleaseReport(
                "shop",
                "production",
                "1.0.0",
                "",
                "",
                "ana",
                "",
                "",
                phase,
                headline,
                waiting,
                List.of(),
                true,
                undo,
                List.of(journal),
                List.of(),
                List.of(),
                "",
                "",
                NINE,
                Instant.EPOCH,
                "",
                List.of(),
                List.of());
    }

    private static JournalEntry entry(String text) {
        return new JournalEntry(NINE, Phase.DEPLOY, JournalEntry.Level.INFO, text, List.of());
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void drawsOverItsBlockAndPrintsEachLineOfTheJournalOnce() {
        ReleaseView view = new ReleaseView(shell("ioe"), false);
        view.show(report(List.of(), List.of(), entry("first")));
        view.show(report(List.of(), List.of(), entry("first"), entry("second")));
        view.clear();
        assertThat(printed())
                .containsOnlyOnce("first")
                .containsOnlyOnce("second")
                .contains("> 1.0.0 for 1m 30s | deploy\n")
                .contains("\r\u001b[2A\u001b[J")
                .endsWith("\r\u001b[2A\u001b[J");
    }

    @Test
    void printsAPlainLineForEachChangeElsewhere() {
        ReleaseView view = new ReleaseView(shell(""), false);
        view.show(report(List.of(), List.of()));
        view.show(report(List.of(), List.of()));
        view.show(report(List.of(new Waiting("approval", List.of("ana"), "slipway approve x", NINE)), List.of()));
        assertThat(printed()).isEqualTo("""
                        deploy
                        waits for approval of ana, until 2026-11-21 09:00:00 UTC
                        they type: slipway approve x
                        """);
    }

    @Test
    void saysNotAgainWhatALineOfTheJournalHasSaid() {
        ReleaseView view = new ReleaseView(shell(""), false);
        JournalEntry why = entry("error-rate 35 % > 5 %");
        view.show(report(Phase.ROLLBACK, "error-rate 35 % > 5 %", List.of(), List.of(), why));
        view.show(report(Phase.DONE, "error-rate 35 % > 5 %; back on 0.9", List.of(), List.of(), why));
        assertThat(printed()).isEqualTo("""
                        09:00:00   deploy         error-rate 35 % > 5 %
                        rollback
                        """);
    }

    @Test
    void saysWhatNoLineOfTheJournalHasSaid() {
        new ReleaseView(shell(""), false).show(report(Phase.TURN, "waits: behind 1.2.0", List.of(), List.of()));
        assertThat(printed()).isEqualTo("turn: waits: behind 1.2.0\n");
    }

    @Test
    void keepsStandardOutputFreeWhereItIsWantedForSomethingElse() {
        new ReleaseView(shell("ioe"), true).show(report(List.of(), List.of(), entry("first")));
        assertThat(printed()).isEmpty();
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("first");
    }

    @Test
    void letsNoTextMoveTheCursor() {
        new ReleaseView(shell(""), false).show(report(List.of(), List.of(), entry("\u001b[2J\u0007\u009b1m\u202e")));
        assertThat(printed()).contains("\\u001b[2J\\u0007\\u009b1m\\u202e");
    }

    @Test
    void warnsBeforeAnUndoThatNobodySigned() {
        new ReleaseView(shell(""), false).left(report(List.of(), List.of("./switch 0.9")));
        assertThat(printed()).contains("not signed").contains("    ./switch 0.9");
    }

    private static ReleaseReport ended(EnvironmentKey key, String request, String undo) {
        ReleaseReport report = report(List.of(), List.of(undo));
        String entry = new Entry(
                        Entry.FORMAT,
                        "shop",
                        "production",
                        9,
                        Entry.NO_PREVIOUS,
                        NINE,
                        new Event(
                                Event.Kind.CLOSED,
                                "shop/production@1.0.0",
                                "failed",
                                Map.of("request", request, "undo", undo)),
                        State.empty())
                .text();
        return new ReleaseReport(
                report.service(),
                report.environment(),
                report.version(),
                "",
                "r".repeat(64),
                "ana",
                "",
                "",
                Phase.DONE,
                "",
                List.of(),
                List.of(),
                false,
                report.undo(),
                List.of(),
                List.of(new SignedText(entry, key.sign(entry))),
                List.of(),
                "",
                "",
                NINE,
                NINE,
                "",
                List.of(),
                List.of());
    }

    private String shown(EnvironmentKey signedBy, String request) {
        EnvironmentKey pinned = EnvironmentKey.generate("shop/production");
        EnvironmentKey key = signedBy == null ? pinned : signedBy;
        Shell shell = shell("", Map.of(PinnedKeys.KEY, pinned.publicKey().line()));
        new ReleaseView(shell, false).left(ended(key, request, "./switch 0.9"));
        return printed();
    }

    @Test
    void anUndoThatThePinnedKeySignedNeedsNoWarning() {
        assertThat(shown(null, "r".repeat(64))).contains("./switch 0.9").doesNotContain("not signed");
    }

    @Test
    void anUndoThatAnotherKeySignedIsNobodys() {
        assertThat(shown(EnvironmentKey.generate("mallory"), "r".repeat(64))).contains("not signed");
    }

    @Test
    void theSignedUndoOfAnotherReleaseIsNotThisOnes() {
        assertThat(shown(null, "o".repeat(64))).contains("not signed");
    }
}
