package dev.slipway.opening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.slipway.record.Event;
import dev.slipway.record.Grant;
import dev.slipway.record.Step.StepState;
import dev.slipway.release.Approvals;
import dev.slipway.release.Dock;
import dev.slipway.release.ReleaseActivities.FailedStep;
import dev.slipway.release.ReleaseActivities.GrantRequest;
import dev.slipway.release.ReleaseActivities.OpenResult;
import dev.slipway.release.ReleaseActivities.WatchRequest;
import dev.slipway.release.ReleaseActivities.WatchResult;
import dev.slipway.release.WordActivities.WordRequest;
import dev.slipway.release.WordActivities.WordResult;
import dev.slipway.trust.Kind;
import dev.slipway.trust.SignedStatement;
import dev.slipway.trust.Statement;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the record makes of a person's word about a step, whoever hands it over. */
class GrantWordsTest {

    private Dock dock;
    private Path home;
    private final MockWebServer http = new MockWebServer();
    private final AtomicReference<Runnable> asked = new AtomicReference<>(() -> {});

    @BeforeEach
    void setUp(@TempDir Path folder) throws Exception {
        home = folder;
        dock = new Dock(home);
        http.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                asked.getAndSet(() -> {}).run();
                return new MockResponse.Builder().code(200).body("ok").build();
            }
        });
        http.start();
    }

    @AfterEach
    void tearDown() {
        dock.close();
        http.close();
    }

    /** A deployment that failed, in a plan that asks. */
    private OpenResult failed() throws Exception {
        dock.files("    on-failure: {deploy: ask}\n");
        dock.released("1.0.0");
        dock.script("#!/bin/sh\n[ \"$1\" = --current ] && { cat \"$LIVE\"; exit; }\necho broken >&2; exit 7\n");
        OpenResult opened = dock.opened("1.1.0");
        assertThat(catchThrowable(() -> dock.activities().deploy(dock.step(opened, 1))))
                .isNotNull();
        return opened;
    }

    private Dock.Draft retry(String by, OpenResult opened, int attempt) {
        Dock.Draft draft = dock.word(Kind.RETRY, by, opened.base());
        draft.version = "1.1.0";
        draft.what = Approvals.answerTo(1, attempt);
        return draft;
    }

    private WordResult retry(OpenResult opened, SignedStatement word) {
        return dock.words().retry(new WordRequest("shop", "production", opened.grant(), 1, word));
    }

    private Grant grant() {
        return dock.state().openGrant().orElseThrow();
    }

    @Test
    void aStepThatFailedIsOpenedForOneMoreAttempt() throws Exception {
        OpenResult opened = failed();
        FailedStep failed = dock.activities().lookAtFailure(dock.step(opened, 1));
        assertThat(failed.attempt()).isEqualTo(1);
        Instant before = grant().until();

        WordResult taken = retry(opened, retry("ana", opened, failed.attempt()).signed());

        assertThat(taken.taken()).as(taken.why()).isTrue();
        assertThat(taken.receipt()).singleElement();
        assertThat(grant().until()).isAfterOrEqualTo(before);
        assertThat(grant().step(1).orElseThrow().state()).isIn(StepState.PLANNED, StepState.BEGAN);
    }

    @Test
    void whatAPersonWantsTriedAgainIsRunEvenWhereItLooksDone() throws Exception {
        dock.files("    on-failure: {deploy: ask}\n");
        dock.released("1.0.0");
        dock.script("""
                #!/bin/sh
                [ "$1" = --current ] && { cat "$LIVE"; exit; }
                echo "$1" > "$LIVE"
                [ -e "$LIVE.failed" ] && { touch "$LIVE.again"; exit; }
                touch "$LIVE.failed"; exit 9
                """);
        OpenResult opened = dock.opened("1.1.0");
        assertThat(catchThrowable(() -> dock.activities().deploy(dock.step(opened, 1))))
                .isNotNull();
        assertThat(dock.live()).as("half there").isEqualTo("1.1.0");

        assertThat(retry(opened, retry("ana", opened, 1).signed()).taken()).isTrue();
        dock.activities().deploy(dock.step(opened, 1));

        assertThat(home.resolve("live.again")).exists();
    }

    @Test
    void theSameWordOpensNothingTwice() throws Exception {
        OpenResult opened = failed();
        SignedStatement word = retry("ana", opened, 1).signed();

        WordResult first = retry(opened, word);
        WordResult second = retry(opened, word);
        assertThat(catchThrowable(() -> dock.activities().deploy(dock.step(opened, 1))))
                .isNotNull();
        WordResult replayed = retry(opened, word);

        assertThat(second).as("the answer was lost, and it is asked for again").isEqualTo(first);
        assertThat(replayed.receipt()).isEqualTo(first.receipt());
        assertThat(grant().step(1).orElseThrow().state())
                .as("a word about the first attempt says nothing about the second")
                .isEqualTo(StepState.FAILED);
    }

    @Test
    void whoMayNotAndWhatIsNotAskedCountsForNothing() throws Exception {
        OpenResult opened = failed();
        SignedStatement byBen = retry("ben", opened, 1).signed();
        SignedStatement early = retry("ana", opened, 2).signed();
        Dock.Draft old = retry("ana", opened, 1);
        old.about = "0".repeat(64);

        assertThat(retry(opened, byBen).why()).contains("'ben' is not among those who may");
        assertThat(retry(opened, early).why()).contains("about another failure");
        assertThat(retry(opened, old.signed()).why()).contains("about another state");
        assertThat(retry(opened, new SignedStatement("", "")).taken()).isFalse();
        assertThat(grant().step(1).orElseThrow().state()).isEqualTo(StepState.FAILED);
    }

    @Test
    void aPlanThatDoesNotAskTriesNothingAgain() throws Exception {
        dock.files();
        dock.released("1.0.0");
        dock.script("#!/bin/sh\n[ \"$1\" = --current ] && { cat \"$LIVE\"; exit; }\nexit 7\n");
        OpenResult opened = dock.opened("1.1.0");
        assertThat(catchThrowable(() -> dock.activities().deploy(dock.step(opened, 1))))
                .isNotNull();

        assertThat(retry(opened, retry("ana", opened, 1).signed()).why())
                .contains("the plan does not say `on-failure: {deploy: ask}`");
    }

    @Test
    void aWatchGoesOnForAsLongAsTheRecordSays() throws Exception {
        dock.files("""
                    watch:
                      for: 1s
                      every: 200ms
                      metrics: {health: {http: '%s'}}
                      rollback-when: [health failing for 400ms]
                """.formatted(http.url("/health")));
        OpenResult opened = dock.opened("1.0.0");
        dock.activities().deploy(dock.step(opened, 1));
        Dock.Draft draft = dock.word(Kind.EXTEND, "ana", opened.base());
        draft.version = "1.0.0";
        Instant until = Instant.now().plusSeconds(5);
        draft.what = Statement.what(Map.of("until", until.toString()));
        WordRequest word = new WordRequest("shop", "production", opened.grant(), 2, draft.signed());

        assertThat(dock.words().extend(word).why()).contains("watch is not under way");
        WatchRequest watch =
                new WatchRequest("shop", "production", opened.grant(), 2, List.of(), Duration.ofSeconds(1));
        AtomicReference<WordResult> said = new AtomicReference<>();
        asked.set(() -> said.set(new GrantWords().extend(dock.served(), word)));

        WatchResult first = dock.activities().watch(watch);
        WatchResult second = dock.activities()
                .watch(new WatchRequest("shop", "production", opened.grant(), 2, first.state(), Duration.ofSeconds(1)));

        assertThat(said.get().taken()).as(said.get().why()).isTrue();
        assertThat(first.verdict()).as(first.text()).isEqualTo("INCONCLUSIVE");
        assertThat(second.verdict()).as(second.text()).isEqualTo("PASS");
        assertThat(Instant.now()).isAfter(until.minusSeconds(4));
        assertThat(dock.close(opened.grant(), "SUCCEEDED").outcome()).isEqualTo("SUCCEEDED");
    }

    @Test
    void aSurveyStandsInTheRecordAndAsksTheTargetsThemselves() throws Exception {
        OpenResult opened = failed();

        List<String> targets = dock.activities()
                .survey(new GrantRequest("shop", "production", opened.grant()))
                .targets();
        Event event = dock.served().record().head().entry().event();

        assertThat(targets).containsExactly("web: serves 1.0.0, as it should");
        assertThat(event.kind()).isEqualTo(Event.Kind.SURVEYED);
        assertThat(event.facts()).containsEntry("target web", "web: serves 1.0.0, as it should");
    }
}
