package dev.slipway.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.record.State.BadMark;
import dev.slipway.record.State.Ended;
import dev.slipway.record.State.KeptBackup;
import dev.slipway.record.State.Lease;
import dev.slipway.record.State.Live;
import dev.slipway.record.State.Lock;
import dev.slipway.record.State.Spent;
import dev.slipway.record.State.Succeeded;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What stands in records for years: the text of an entry, and what follows from a state. */
class RecordTextTest {

    private static final Instant TIME = Instant.parse("2026-10-05T12:00:00Z");
    private static final Grant GRANT = new Grant(
            "request-1",
            Grant.RELEASE,
            "1.4.0",
            "plan",
            "review",
            "release:shop:production:1.4.0",
            TIME,
            TIME.plus(Duration.ofHours(4)),
            List.of(
                    Step.planned(1, StepKind.BACKUP, "main"),
                    Step.planned(2, StepKind.DEPLOY, "web").begun(TIME, TIME.plusSeconds(60), "./switch 1.3.0")),
            "1.3.0",
            Map.of("web", "1.3.0"));

    private static Entry entry(State state) {
        return new Entry(
                Entry.FORMAT,
                "shop",
                "production",
                2,
                Entry.NO_PREVIOUS,
                TIME,
                new Event(
                        Event.Kind.OPENED,
                        "shop/production@1.4.0",
                        "opened: ü \"quoted\"\n",
                        Map.of("b", "2", "a", "1")),
                state);
    }

    private static State full() {
        return State.empty()
                .withLive(new Live("1.3.0", "plan", "commit", TIME, Map.of("web", "1.3.0")))
                .withSucceeded(new Succeeded("1.3.0", "plan", "commit", TIME, Map.of("web", "1.3.0")))
                .withBad(new BadMark("1.2.9", "rolled back", TIME))
                .withGrant(GRANT)
                .withLock(new Lock("hash", "rolled back", TIME, "shop/production@1.2.9"))
                .withSpent(List.of(new Spent("request-1", TIME.plusSeconds(9))), TIME)
                .withBackup(new KeptBackup("main", "main.dump", "sha", TIME, "1.4.0"))
                .withEnded(ended("request-0"));
    }

    private static Ended ended(String request) {
        return new Ended(
                "1.3.0", "plan", request, "workflow", "SUCCEEDED", "is live", List.of("web"), true, "ben", TIME, TIME);
    }

    @Test
    void readsBackWhatItWroteToTheLetter() {
        for (State state : List.of(State.empty(), full())) {
            Entry entry = entry(state);

            assertThat(Entry.parse(entry.text())).isEqualTo(entry);
            assertThat(Entry.parse(entry.text()).text()).isEqualTo(entry.text());
            assertThat(Entry.parse(entry.text()).hash()).isEqualTo(entry.hash());
        }
    }

    @Test
    void isOneLineWithItsNewline() {
        assertThat(entry(full()).text()).endsWith("}\n").containsOnlyOnce("\n");
    }

    @Test
    void ignoresFieldsOfANewerVersion() {
        String text = entry(full()).text();
        String newer = "{\"aNewField\":{\"x\":[1]}," + text.substring(1);

        assertThat(Entry.parse(newer)).isEqualTo(entry(full()));
    }

    @Test
    void namesWhatOnlyANewerVersionKnows() {
        String text = entry(full()).text();

        assertThat(Entry.unknown(text)).isEmpty();
        assertThat(Entry.unknown(entry(State.empty()).text())).isEmpty();
        assertThat(Entry.unknown("{\"aNewField\":{\"x\":[1]}," + text.substring(1)))
                .contains("aNewField");
        assertThat(Entry.unknown(text.replace("\"state\":{", "\"state\":{\"aNewLaw\":{\"x\":[1]},")))
                .contains("state.aNewLaw");
        assertThat(Entry.unknown(text.replace("\"lock\":[{", "\"lock\":[{\"aNewLaw\":1,")))
                .contains("state.lock.aNewLaw");
        assertThat(Entry.unknown(
                        "{\"event\":{\"facts\":{\"aNewFact\":\"1\"}},\"state\":{\"halfBack\":{\"web\":\"1\"}}}"))
                .as("names of people's choice are no members")
                .isEmpty();
    }

    @Test
    void knowsWhoseAnEntryOfALaterFormatIs() {
        Entry.Label label =
                Entry.label("{\"format\":2,\"service\":\"shop\",\"environment\":\"production\",\"number\":7,"
                        + "\"event\":\"in another form\"}");

        assertThat(label).isEqualTo(new Entry.Label(2, "shop", "production", 7));
        assertThatThrownBy(() -> Entry.label("yes")).hasMessageStartingWith("this is no record entry: ");
    }

    @Test
    void readsAReviewBackToTheLetter() {
        Review review = Review.parse("{\"format\":1,\"service\":\"shop\",\"time\":\"2026-10-05T12:00:00Z\"}");

        assertThat(Review.parse(review.text())).isEqualTo(review);
        assertThat(Review.parse(review.text()).text()).isEqualTo(review.text());
        assertThat(Review.parse(review.text()).hash()).isEqualTo(review.hash());
    }

    @Test
    void saysWhatIsNoRecord() {
        assertThatThrownBy(() -> Entry.parse("yes")).hasMessageStartingWith("this is no record entry: ");
        assertThatThrownBy(() -> Review.parse("[]")).hasMessageStartingWith("this is no review: ");
    }

    @Test
    void hasAnotherBaseOnlyAfterAGrantAnotherLiveVersionOrABadMark() {
        State state = full();

        assertThat(state.withLive(new Live("1.4.0", "", "", TIME, Map.of())).base())
                .isNotEqualTo(state.base());
        assertThat(state.withBad(new BadMark("1.1.0", "", TIME)).base()).isNotEqualTo(state.base());
        assertThat(state.withGrant(otherGrant()).base()).isNotEqualTo(state.base());

        assertThat(state.withGrant(GRANT.with(GRANT.steps().get(0).begun(TIME, TIME, "")))
                        .base())
                .as("a step of the same grant")
                .isEqualTo(state.base());
        assertThat(state.withoutGrant("shop/production@1.4.0").base()).isEqualTo(state.base());
        assertThat(state.withoutLock().base()).isEqualTo(state.base());
        assertThat(state.withLock(new Lock("other", "by hand", TIME, "")).base())
                .isEqualTo(state.base());
        assertThat(state.withSpent(List.of(new Spent("x", TIME.plusSeconds(1))), TIME)
                        .base())
                .isEqualTo(state.base());
        assertThat(state.withEnded(ended("request-9")).base()).isEqualTo(state.base());
        assertThat(state.withBackup(new KeptBackup("main", "other.dump", "sha", TIME, "1.4.0"))
                        .base())
                .isEqualTo(state.base());
    }

    private static Grant otherGrant() {
        return new Grant("request-2", Grant.RELEASE, "1.5.0", "plan", "", "", TIME, TIME, List.of(), "1.4.0", Map.of());
    }

    @Test
    void goesBackToTheNewestSucceededVersionThatIsNeitherLiveNorBad() {
        State state = State.empty()
                .withSucceeded(succeeded("1.0.0"))
                .withSucceeded(succeeded("1.1.0"))
                .withSucceeded(succeeded("1.2.0"))
                .withLive(new Live("1.2.0", "", "", TIME, Map.of()))
                .withBad(new BadMark("1.1.0", "slow", TIME));

        assertThat(state.lastKnownGood()).map(Succeeded::version).contains("1.0.0");
        assertThat(state.withBad(new BadMark("1.0.0", "", TIME)).lastKnownGood())
                .isEmpty();
        assertThat(State.empty().lastKnownGood()).isEmpty();
    }

    @Test
    void neverGoesForwardToTheLastKnownGood() {
        State state = State.empty()
                .withSucceeded(succeeded("1.0.0"))
                .withSucceeded(succeeded("1.1.0"))
                .withSucceeded(succeeded("1.2.0"))
                .withLive(new Live("1.0.0", "", "", TIME, Map.of()));

        assertThat(state.lastKnownGood()).isEmpty();
    }

    private static Succeeded succeeded(String version) {
        return new Succeeded(version, "plan", "", TIME, Map.of("web", version));
    }

    @Test
    void forgetsABadMarkWhenTheVersionSucceeds() {
        State state = State.empty().withBad(new BadMark("1.1.0", "slow", TIME)).withSucceeded(succeeded("1.1.0"));

        assertThat(state.markedBad("1.1.0")).isFalse();
        assertThat(state.succeeded("1.1.0")).isPresent();
    }

    @Test
    void keepsASucceededVersionOnce() {
        State state = State.empty()
                .withSucceeded(succeeded("1.0.0"))
                .withSucceeded(succeeded("1.1.0"))
                .withSucceeded(succeeded("1.0.0"));

        assertThat(state.succeeded()).extracting(Succeeded::version).containsExactly("1.0.0", "1.1.0");
    }

    @Test
    void keepsFiftyBackupsOfEachDatabase() {
        State state = State.empty().withBackup(new KeptBackup("orders", "orders.dump", "sha", TIME, "1.4.0"));
        for (int number = 0; number < 60; number++) {
            state = state.withBackup(new KeptBackup("main", number + ".dump", "sha", TIME, ""));
        }

        assertThat(state.backups())
                .hasSize(51)
                .extracting(KeptBackup::dump)
                .contains("orders.dump", "59.dump", "10.dump");
        assertThat(state.backups().get(0).dump()).isEqualTo("59.dump");
    }

    @Test
    void keepsFiftyOfEverything() {
        State state = State.empty();
        for (int number = 0; number < 60; number++) {
            state = state.withSucceeded(succeeded("1.0." + number))
                    .withEnded(ended("request-" + number))
                    .withBad(new BadMark("0.9." + number, "", TIME))
                    .withBackup(new KeptBackup("main", number + ".dump", "sha", TIME, ""));
        }

        assertThat(state.succeeded()).hasSize(50);
        assertThat(state.history()).hasSize(50);
        assertThat(state.bad()).hasSize(50);
        assertThat(state.backups()).hasSize(50);
        assertThat(state.succeeded().get(0).version()).isEqualTo("1.0.59");
        assertThat(state.ended("request-59")).isPresent();
        assertThat(state.ended("request-9")).isEmpty();
    }

    @Test
    void spendsAStatementUntilItHasExpiredAnyway() {
        State state = State.empty().withSpent(List.of(new Spent("a", TIME.plusSeconds(10))), TIME);

        assertThat(state.spent("a")).isTrue();
        assertThat(state.withSpent(List.of(), TIME.plusSeconds(9)).spent("a")).isTrue();
        assertThat(state.withSpent(List.of(), TIME.plusSeconds(10)).spent("a")).isFalse();
    }

    @Test
    void countsAGrantOnceHoweverOftenItChanges() {
        State state = State.empty()
                .withGrant(GRANT)
                .withGrant(GRANT.with(GRANT.steps().get(0).finished("done", Map.of())));

        assertThat(state.grants()).isEqualTo(1);
        assertThat(state.withoutGrant("shop/production@1.4.0")
                        .withGrant(otherGrant())
                        .grants())
                .isEqualTo(2);
    }

    @Test
    void remembersWhatAnEndedGrantMayStillBeDoingUntilItsTimeIsOver() {
        State ended = full().withoutGrant("shop/production@1.4.0");

        assertThat(ended.leases())
                .containsExactly(new Lease("shop/production@1.4.0", 2, "deploy web", TIME.plusSeconds(60)));
        assertThat(ended.leases(TIME.plusSeconds(59))).hasSize(1);
        assertThat(ended.leases(TIME.plusSeconds(60))).isEmpty();
        assertThat(ended.at(TIME.plusSeconds(59))).isEqualTo(ended);
        assertThat(ended.at(TIME.plusSeconds(60)).leases()).isEmpty();
        assertThat(ended.base()).isEqualTo(full().withoutGrant("").base());
        assertThat(Entry.parse(entry(ended).text())).isEqualTo(entry(ended));
    }

    @Test
    void remembersNothingOfStepsThatEndedOrOfThoseThatOnlyLook() {
        Step deploy = GRANT.steps().get(1);
        for (Step step : List.of(
                deploy.finished("done", Map.of()),
                deploy.failed("no", true),
                deploy.undone("back"),
                Step.planned(2, StepKind.DEPLOY, "web"),
                Step.planned(2, StepKind.WATCH, "").begun(TIME, TIME.plusSeconds(60), ""),
                Step.planned(2, StepKind.BACKUP, "main").begun(TIME, TIME.plusSeconds(60), ""))) {
            assertThat(State.empty()
                            .withGrant(GRANT.with(step))
                            .withoutGrant("shop/production@1.4.0")
                            .leases())
                    .as(step.toString())
                    .isEmpty();
        }
    }

    @Test
    void forgetsFirstWhatIsOverFirst() {
        State state = State.empty();
        for (int at = 0; at < State.KEPT + 5; at++) {
            Step step = Step.planned(2, StepKind.DEPLOY, "web").begun(TIME, TIME.plusSeconds(at), "");
            state = state.withGrant(GRANT.with(step)).withoutGrant("shop/production@1.4.0");
        }

        assertThat(state.leases()).hasSize(State.KEPT);
        assertThat(state.leases(TIME.plusSeconds(4))).hasSize(State.KEPT);
    }

    @Test
    void writesNoLeasesWhereThereAreNone() {
        assertThat(entry(full()).text()).doesNotContain("leases");
        assertThat(entry(full().withoutGrant("shop/production@1.4.0")).text()).contains("\"leases\":[{");
    }

    @Test
    void saysWholeSecondsAndNeverTooFew() {
        assertThat(new Lease("shop/production@1.4.0", 2, "deploy web", TIME.plusNanos(1)).words())
                .isEqualTo("'deploy web' of shop/production@1.4.0 may still be acting on a worker that was cut off,"
                        + " until 2026-10-05 12:00:01 UTC");
        assertThat(new Lease("", 2, "deploy web", TIME).words()).endsWith("until 2026-10-05 12:00:00 UTC");
    }

    @Test
    void knowsWhatAStepLeftBehind() {
        Step planned = Step.planned(1, StepKind.DEPLOY, "web");
        Step begun = planned.begun(TIME, TIME.plusSeconds(60), "undo");

        assertThat(planned.leftSomething()).isFalse();
        assertThat(begun.leftSomething()).isTrue();
        assertThat(begun.finished("done", Map.of()).leftSomething()).isTrue();
        assertThat(begun.failed("no", true).leftSomething()).isTrue();
        assertThat(begun.failed("no", false).leftSomething()).isFalse();
        assertThat(begun.failed("no", true).undone("back").leftSomething()).isFalse();
    }

    @Test
    void beginsAStepAgainWithItsFirstTime() {
        Step again = Step.planned(1, StepKind.DEPLOY, "web")
                .begun(TIME, TIME.plusSeconds(60), "undo")
                .begun(TIME.plusSeconds(30), TIME.plusSeconds(90), "undo");

        assertThat(again.attempt()).isEqualTo(2);
        assertThat(again.began()).isEqualTo(TIME);
        assertThat(again.lease()).isEqualTo(TIME.plusSeconds(90));
        assertThat(again.title()).isEqualTo("deploy web");
    }
}
