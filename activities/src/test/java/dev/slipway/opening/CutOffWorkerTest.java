package dev.slipway.opening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.environment.EnvironmentActivities.DecideResult;
import dev.slipway.ledger.Change;
import dev.slipway.ledger.S3Server;
import dev.slipway.record.Event;
import dev.slipway.record.Review;
import dev.slipway.record.State;
import dev.slipway.release.Dock;
import dev.slipway.release.ReleaseActivities;
import dev.slipway.release.ReleaseActivities.OpenResult;
import dev.slipway.release.ReleaseActivities.Opening;
import dev.slipway.trust.Kind;
import dev.slipway.trust.SignedStatement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker that was cut off in the middle of a command, and the other machines of its record. */
class CutOffWorkerTest {

    /** Switches when it is let: until then its worker is cut off in the middle of it. */
    private static final String PATIENT = """
            #!/usr/bin/env bash
            set -eu
            if [ "$1" = --current ]; then [ ! -e "$LIVE" ] || cat "$LIVE"; exit 0; fi
            if [ "$1" = 6.6.6 ]; then
                touch "$LIVE.acting"
                while [ ! -e "$LIVE.go" ]; do sleep 0.05; done
            fi
            echo "$1" > "$LIVE.new"; mv "$LIVE.new" "$LIVE"; echo "$1" >> "$LIVE.history"
            """;

    @TempDir
    private static Path shared;

    private static S3Server server;

    @TempDir
    private Path home;

    private Dock dock;
    private CompletableFuture<Void> acting = CompletableFuture.completedFuture(null);

    @BeforeAll
    static void start() throws Exception {
        server = S3Server.start(shared);
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void open() throws Exception {
        dock = new Dock(home);
        dock.record(server.place("records/" + home.getFileName()));
        dock.files("    timeouts: {deploy: 8m}\n");
        dock.script(PATIENT);
        dock.serve(Dock.NO_FLOOR);
        dock.released("1.0.0");
        dock.released("1.1.0");
    }

    @AfterEach
    void close() throws Exception {
        letGo();
        // what still acts would write into a folder that is being deleted
        acting.handle((done, refused) -> done).get(60, TimeUnit.SECONDS);
        dock.close();
    }

    private void letGo() throws IOException {
        Files.writeString(home.resolve("live.go"), "");
    }

    /** 6.6.6 is being deployed by a machine that hears nothing any more; another one goes on with the record. */
    private final class CutOff {
        final OpenResult opened = dock.opened("6.6.6");
        final Instant lease;

        CutOff() throws Exception {
            ReleaseActivities first = dock.activities();
            acting = CompletableFuture.runAsync(() -> first.deploy(dock.step(opened, 1)));
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (!Files.exists(home.resolve("live.acting"))) {
                assertThat(System.nanoTime()).as("the switch has begun").isLessThan(until);
                LockSupport.parkNanos(5_000_000);
            }
            lease = dock.state().openGrant().orElseThrow().step(1).orElseThrow().lease();
            dock.anotherMachine("second");
            dock.serve(Dock.NO_FLOOR);
        }

        /** Its workflow is gone too, and a person who has looked ends its grant. */
        DecideResult unlocked() throws Exception {
            dock.served()
                    .record()
                    .change(now -> Optional.of(new Change(
                            new Event(Event.Kind.LOCKED, "", "its workflow is gone", Map.of()),
                            now.state()
                                    .withLock(new State.Lock(
                                            now.hash(), "its workflow is gone", dock.clock.instant(), "")))));
            DecideResult unlocked = dock.decide(dock.word(
                            Kind.UNLOCK,
                            "ana",
                            dock.state().locked().orElseThrow().id())
                    .signed());
            assertThat(unlocked.done()).as(unlocked.text()).isTrue();
            return unlocked;
        }
    }

    private SignedStatement back(String version, Duration lasts) throws Exception {
        Dock.Draft back = dock.word(Kind.ROLLBACK, "ana", dock.state().base());
        back.version = version;
        back.lasts = lasts;
        return back.signed();
    }

    @Test
    void nothingOpensWhileItMayStillAct() throws Exception {
        CutOff cutOff = new CutOff();

        assertThat(cutOff.unlocked().text())
                .contains("the grant of 6.6.6 ends here")
                .contains(": nothing opens before");
        assertThat(dock.state().leases()).singleElement().satisfies(lease -> {
            assertThat(lease.until()).isEqualTo(cutOff.lease);
            assertThat(lease.step()).isEqualTo(1);
        });
        assertThat(dock.served().record().head().mirror().leases()).hasSize(1);
        OpenResult held = dock.open(dock.ready("1.2.0"));
        assertThat(held.opening()).isEqualTo(Opening.LATER);
        assertThat(held.why()).singleElement().asString().startsWith("'deploy web' of shop/production@6.6.6 may still");
        assertThat(held.until()).isEqualTo(cutOff.lease);

        dock.clock.passes(Duration.between(dock.clock.instant(), cutOff.lease));

        assertThat(dock.open(dock.ready("1.2.1")).opening()).isEqualTo(Opening.OPENED);
        assertThat(dock.state().leases()).as("over, so forgotten").isEmpty();
    }

    @Test
    void itsEndSaysThatNobodyKnowsWhatServesAndTheNextReviewTheWayBack() throws Exception {
        new CutOff().unlocked();

        assertThat(dock.state().history().get(0).text())
                .endsWith("; nobody knows what web serves: `slipway reconcile shop/production` says it");
        Review review = Review.parse(dock.ready("1.2.0").review().review().text());
        assertThat(review.targets()).containsExactly("web to 1.2.0, back to 1.1.0 if it goes wrong");
        assertThat(review.warnings())
                .anySatisfy(warning -> assertThat(warning).startsWith("nobody knows what web serves"));
    }

    @Test
    void whatItAppendsLaterIsRefused() throws Exception {
        CutOff cutOff = new CutOff();
        cutOff.unlocked();
        letGo();

        assertThatThrownBy(() -> acting.get(60, TimeUnit.SECONDS)).hasStackTraceContaining("no such grant is open");

        assertThat(dock.history()).as("it did act").containsExactly("1.0.0", "1.1.0", "6.6.6");
        assertThat(dock.state().live().targets()).as("nobody knows what serves").isEmpty();
        assertThat(dock.state().leases()).hasSize(1);
        dock.clock.passes(Duration.between(dock.clock.instant(), cutOff.lease));
        OpenResult next = dock.opened("1.2.0");
        dock.activities().deploy(dock.step(next, 1));
        assertThat(dock.close(next.grant(), "SUCCEEDED").outcome()).isEqualTo("SUCCEEDED");
        assertThat(dock.live()).isEqualTo("1.2.0");
    }

    @Test
    void aRollbackWaitsNoLongerThanThat() throws Exception {
        CutOff cutOff = new CutOff();
        cutOff.unlocked();
        SignedStatement back = back("1.0.0", Duration.ofHours(1));

        OpenResult held = dock.openRollback(back);
        assertThat(held.opening()).isEqualTo(Opening.LATER);
        assertThat(held.why()).singleElement().asString().startsWith("'deploy web' of shop/production@6.6.6");
        assertThat(held.until()).isEqualTo(cutOff.lease);
        dock.clock.passes(Duration.between(dock.clock.instant(), cutOff.lease));

        OpenResult opened = dock.openRollback(back);
        assertThat(opened.opening()).as(opened.why().toString()).isEqualTo(Opening.OPENED);
    }

    @Test
    void aRollbackIsNotLeftWaitingForTheEndOfItsOwnWord() throws Exception {
        new CutOff().unlocked();

        OpenResult refused = dock.openRollback(back("1.0.0", Duration.ofMinutes(2)));

        assertThat(refused.opening()).isEqualTo(Opening.REFUSED);
        assertThat(String.join("\n", refused.why()))
                .contains("may still be acting on a worker that was cut off")
                .contains("`slipway rollback shop/production --to 1.0.0`");
    }

    @Test
    void aGrantThatClosesWithAStepHalfDoneLeavesItsTimeToo() throws Exception {
        CutOff cutOff = new CutOff();

        assertThat(dock.close(cutOff.opened.grant(), "ROLLBACK_FAILED").outcome())
                .isEqualTo("ROLLBACK_FAILED");

        assertThat(dock.state().leases()).extracting(State.Lease::title).containsExactly("deploy web");
        assertThat(dock.openRollback(back("1.0.0", Duration.ofHours(1))).opening())
                .isEqualTo(Opening.LATER);
    }
}
