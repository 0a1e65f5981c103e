package dev.slipway.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.environment.Customers.CustomerImpl;
import dev.slipway.environment.Customers.Standing;
import dev.slipway.environment.EnvironmentWorkflow.Decided;
import dev.slipway.environment.EnvironmentWorkflow.HandOver;
import dev.slipway.environment.EnvironmentWorkflow.Next;
import dev.slipway.environment.EnvironmentWorkflow.Place;
import dev.slipway.environment.EnvironmentWorkflow.Proposal;
import dev.slipway.environment.EnvironmentWorkflow.View;
import dev.slipway.release.Draft;
import dev.slipway.release.Person;
import dev.slipway.release.Rehearsal;
import dev.slipway.release.ReleaseName;
import dev.slipway.trust.Kind;
import dev.slipway.trust.SignedStatement;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import io.temporal.client.WorkflowStub;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The queue of an environment, with somebody in it who only waits for the turn. */
class EnvironmentWorkflowTest {

    private final Rehearsal rehearsal = new Rehearsal(CustomerImpl.class);

    @AfterEach
    void close() {
        rehearsal.close();
    }

    private Customers customers() {
        return new Customers(rehearsal.temporal.getWorkflowClient());
    }

    private Standing customer(String name, boolean rollback) {
        return customers().start(name, rollback, rehearsal.now());
    }

    private SignedStatement word(Kind kind, Person by) {
        return new Draft(kind, rehearsal.plan().plan(), rehearsal.now())
                .about("a".repeat(64))
                .by(by);
    }

    private EnvironmentWorkflow queue(String environment) {
        return queue(EnvironmentInput.of("shop", environment));
    }

    private EnvironmentWorkflow queue(EnvironmentInput input) {
        return customers().open(input);
    }

    /** The first look at the record would forget a word that is about another state. */
    private EnvironmentWorkflow queueWithRecord(String environment) {
        EnvironmentWorkflow queue = queue(environment);
        Rehearsal.await("the record is read", () -> !queue.view().mirror().isEmpty());
        return queue;
    }

    private static void awaitTurn(Standing standing) {
        Rehearsal.await("the turn of " + standing.holder().workflow(), standing::hasTheTurn);
    }

    @Test
    void givesTheTurnToOneAtATimeInTheOrderOfAsking() {
        EnvironmentWorkflow queue = queue("production");
        Standing first = customer("first", false);
        Standing second = customer("second", false);
        Standing third = customer("third", false);

        assertThat(first.ask(queue)).isEqualTo(new Place(0, "", true));
        awaitTurn(first);
        assertThat(second.ask(queue))
                .as("and whom the worker looks at, who may be gone")
                .isEqualTo(new Place(
                        1,
                        "first has the turn, nobody else waits before this one",
                        false,
                        "",
                        List.of(first.holder())));
        assertThat(third.ask(queue).why()).isEqualTo("first has the turn, 1 waits before this one");
        assertThat(queue.ask(third.holder()).ahead()).isEqualTo(2);
        assertThat(queue.view().holder()).containsExactly(first.holder());
        assertThat(queue.view().waiting()).containsExactly(second.holder(), third.holder());

        queue.handOver(new HandOver(first.holder(), List.of()));
        awaitTurn(second);
        assertThat(third.hasTheTurn()).isFalse();
        queue.handOver(new HandOver(second.holder(), List.of()));
        awaitTurn(third);
        queue.handOver(new HandOver(third.holder(), List.of()));
        Rehearsal.await("an empty queue", () -> queue.view().holder().isEmpty());
    }

    @Test
    void givesWhoAsksTwiceOnePlace() {
        EnvironmentWorkflow queue = queue("production");
        Standing first = customer("first", false);
        Standing second = customer("second", false);
        first.ask(queue);
        awaitTurn(first);

        second.ask(queue);
        second.ask(queue);

        assertThat(queue.view().waiting()).containsExactly(second.holder());
        assertThat(first.ask(queue)).as("who has the turn has it").isEqualTo(new Place(0, "", true));
        assertThat(queue.view().holder()).containsExactly(first.holder());
    }

    @Test
    void takesAnotherRunOfTheSameReleaseForAnotherHolder() {
        EnvironmentWorkflow queue = queue("production");
        Standing first = customer("first", false);
        first.ask(queue);
        awaitTurn(first);

        Holder again = new Holder("first", "another-run", "1.4.0", false, Instant.EPOCH);

        assertThat(queue.ask(again).ahead()).isEqualTo(1);
        queue.handOver(new HandOver(again, List.of()));
        assertThat(queue.view().holder()).containsExactly(first.holder());
    }

    @Test
    void saysWhoComesNextAndLeavesItToWhoeverAskedToTellThem() {
        EnvironmentWorkflow queue = queueWithRecord("production");
        Standing first = customer("first", false);
        Standing second = customer("second", false);
        first.ask(queue);
        second.ask(queue);

        Next next = queue.passOn(new HandOver(first.holder(), List.of()));

        assertThat(next.holder()).containsExactly(second.holder());
        assertThat(queue.view().holder()).containsExactly(second.holder());
        assertThat(queue.passOn(new HandOver(second.holder(), List.of())).holder())
                .isEmpty();
        assertThat(second.hasTheTurn()).as("nobody told it").isFalse();
    }

    /** Approved for something else than the record says. */
    private Standing outdated(String name) {
        Standing standing = customer(name, false);
        return standing.asking(standing.holder().reviewed("what was live before", 0));
    }

    @Test
    void givesNoTurnToWhoeverCouldOpenNothing() {
        EnvironmentWorkflow queue = queueWithRecord("production");
        Standing first = customer("first", false);
        Standing void1 = outdated("void-1");
        Standing void2 = outdated("void-2");
        Mirror copy = queue.view().mirror().get(0);
        Standing good = customer("good", false);
        good = good.asking(good.holder().reviewed(copy.base(), copy.number()));
        Standing behind = outdated("behind");
        for (Standing each : List.of(first, void1, void2, good, behind)) {
            each.ask(queue);
        }

        Next next = queue.passOn(new HandOver(first.holder(), List.of()));

        assertThat(next.outdated()).containsExactly(void1.holder(), void2.holder());
        assertThat(next.holder()).containsExactly(good.holder());
        assertThat(queue.view().waiting())
                .as("what is live changes once more before its turn comes")
                .containsExactly(behind.holder());

        queue.handOver(new HandOver(good.holder(), List.of()));
        Rehearsal.await("told by the queue", () -> behind.customer().outdated() == 1);
        assertThat(queue.view().waiting()).isEmpty();
        assertThat(behind.hasTheTurn()).isFalse();
    }

    @Test
    void anOlderCopyOfTheRecordSaysNothingOfWhoeverAsks() {
        EnvironmentWorkflow queue = queueWithRecord("production");
        Standing first = customer("first", false);
        Standing newer = customer("newer", false);
        newer = newer.asking(newer.holder().reviewed("newer than the copy", 1000));
        first.ask(queue);
        newer.ask(queue);

        assertThat(queue.passOn(new HandOver(first.holder(), List.of())).holder())
                .containsExactly(newer.holder());
    }

    @Test
    void whoeverIsOutdatedWaitsForTheLockAsEverybodyElse() {
        rehearsal.worker.locked("1.3.0 was rolled back");
        EnvironmentWorkflow queue = queueWithRecord("production");
        Standing waits = outdated("waits");
        waits.ask(queue);
        assertThat(queue.view().waiting()).hasSize(1);

        queue.unlock(word(Kind.UNLOCK, rehearsal.ana));

        Rehearsal.await("told by the queue", () -> waits.customer().outdated() == 1);
    }

    @Test
    void passesNothingOnWhereTheHolderLeavesALockBehind() {
        EnvironmentWorkflow queue = queueWithRecord("production");
        Standing first = customer("first", false);
        Standing second = customer("second", false);
        first.ask(queue);
        second.ask(queue);

        Mirror locked = rehearsal.worker.locked("the rollback failed").mirror();
        Next next = queue.passOn(new HandOver(first.holder(), List.of(locked)));

        assertThat(next.holder()).isEmpty();
        assertThat(queue.view().waiting()).containsExactly(second.holder());
    }

    @Test
    void tellsWhoAsksTheBeginningOfALongReason() {
        EnvironmentWorkflow queue = queueWithRecord("production");
        Standing first = customer("first", false);
        first.ask(queue);
        String reason = "the rollback failed: " + "the vendor is down, ".repeat(30);
        queue.passOn(new HandOver(
                first.holder(), List.of(rehearsal.worker.locked(reason).mirror())));

        Place place = customer("second", false).ask(queue);

        assertThat(place.why())
                .contains(": " + reason.substring(0, 99) + "…; `slipway unlock shop/production` ends it")
                .doesNotContain(reason.substring(0, 100));
    }

    @Test
    void aReleaseCostsTwelveEventsWhetherItWaitsOrNot() {
        EnvironmentWorkflow queue = queueWithRecord("production");
        Standing first = customer("first", false);
        first.ask(queue);
        queue.passOn(new HandOver(first.holder(), List.of()));
        int before = events();

        for (int pair = 0; pair < 5; pair++) {
            Standing goes = customer("goes-" + pair, false);
            Standing waits = customer("waits-" + pair, false);
            goes.ask(queue);
            waits.ask(queue);
            rehearsal.temporal.sleep(Duration.ofHours(1));
            queue.passOn(new HandOver(goes.holder(), List.of()));
            queue.passOn(new HandOver(waits.holder(), List.of()));
        }

        assertThat(queue.view().waiting()).isEmpty();
        assertThat((events() - before) / 10.0).isLessThanOrEqualTo(12);
    }

    private int events() {
        return rehearsal
                .temporal
                .getWorkflowClient()
                .fetchHistory(ReleaseName.environmentWorkflowId("shop", "production"))
                .getEvents()
                .size();
    }

    @Test
    void passesOverWhoEndedWhileItWaited() {
        EnvironmentWorkflow queue = queue("production");
        Standing first = customer("first", false);
        Standing ended = customer("ended", false);
        Standing third = customer("third", false);
        first.ask(queue);
        awaitTurn(first);
        ended.ask(queue);
        third.ask(queue);
        ended.customer().leave();
        // waiting for its result would let time go on, and nothing here has a timer before the end of all workflows
        WorkflowStub stub = WorkflowStub.fromTyped(ended.customer());
        Rehearsal.await(
                "the end of the second",
                () -> stub.describe().getStatus() == WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_COMPLETED);

        queue.handOver(new HandOver(first.holder(), List.of()));

        awaitTurn(third);
        assertThat(queue.view().waiting()).isEmpty();
    }

    @Test
    void givesTheTurnToARollbackFirst() {
        EnvironmentWorkflow queue = queue("production");
        Standing first = customer("first", false);
        Standing release = customer("release", false);
        Standing rollback = customer("rollback", true);
        first.ask(queue);
        awaitTurn(first);
        release.ask(queue);
        rollback.ask(queue);

        queue.handOver(new HandOver(first.holder(), List.of()));

        awaitTurn(rollback);
        assertThat(release.hasTheTurn())
                .as("asked earlier, but nobody waits for it at the worst moment")
                .isFalse();
    }

    @Test
    void letsOnlyARollbackPassALock() {
        rehearsal.worker.locked("1.3.0 was rolled back");
        EnvironmentWorkflow queue = queue("production");
        Standing release = customer("release", false);
        Standing rollback = customer("rollback", true);

        Place place = release.ask(queue);
        assertThat(place.why()).contains("1.3.0 was rolled back").endsWith("`slipway unlock shop/production` ends it");
        rollback.ask(queue);

        awaitTurn(rollback);
        queue.handOver(new HandOver(rollback.holder(), List.of()));
        Rehearsal.await("a free turn", () -> queue.view().holder().isEmpty());
        assertThat(release.hasTheTurn()).isFalse();
    }

    @Test
    void goesOnWhenItIsUnlocked() {
        rehearsal.worker.locked("1.3.0 was rolled back");
        EnvironmentWorkflow queue = queue("production");
        Standing release = customer("release", false);
        release.ask(queue);

        Decided unlocked = queue.unlock(word(Kind.UNLOCK, rehearsal.ana));

        assertThat(unlocked).isEqualTo(new Decided(true, "unlocked", List.of()));
        awaitTurn(release);
        assertThat(queue.view().mirror().get(0).lock()).isEmpty();
    }

    @Test
    void staysLockedWhereTheWorkerRefusesToUnlock() {
        rehearsal.worker.locked("1.3.0 was rolled back").refusesUnlocks("'ben' is not among those who may: [ana]");
        EnvironmentWorkflow queue = queue("production");
        queue.ask(customer("release", false).holder());

        Decided unlocked = queue.unlock(word(Kind.UNLOCK, rehearsal.ana));

        assertThat(unlocked).isEqualTo(new Decided(false, "'ben' is not among those who may: [ana]", List.of()));
        assertThat(queue.view().holder()).isEmpty();
        assertThat(queue.view().waiting()).hasSize(1);
    }

    @Test
    void isLockedByTheRecordThatAHolderHandsOver() {
        EnvironmentWorkflow queue = queue("production");
        Standing first = customer("first", false);
        Standing second = customer("second", false);
        first.ask(queue);
        awaitTurn(first);
        second.ask(queue);

        Mirror locked = rehearsal.worker.locked("the rollback failed").mirror();
        queue.handOver(new HandOver(first.holder(), List.of(locked)));

        Rehearsal.await("a free turn", () -> queue.view().holder().isEmpty());
        assertThat(queue.view().mirror()).containsExactly(locked);
        assertThat(queue.view().waiting()).containsExactly(second.holder());
        assertThat(second.hasTheTurn()).isFalse();
    }

    @Test
    void neverGoesBackToAnOlderCopyOfTheRecord() {
        EnvironmentWorkflow queue = queue("production");
        Standing first = customer("first", false);
        first.ask(queue);
        awaitTurn(first);
        Mirror old = queue.view().mirror().get(0);
        rehearsal.worker.locked("newer");
        View refreshed = queue.refresh();

        queue.handOver(new HandOver(first.holder(), List.of(old)));

        assertThat(refreshed.mirror().get(0).lock()).hasSize(1);
        Rehearsal.await("a free turn", () -> queue.view().holder().isEmpty());
        assertThat(queue.view().mirror()).isEqualTo(refreshed.mirror());
    }

    @Test
    void carriesQueueHolderAndMirrorIntoItsNextRun() {
        Standing first = customer("first", false);
        Standing second = customer("second", false);
        Mirror mirror = rehearsal.worker.mirror();

        EnvironmentWorkflow queue = queue(new EnvironmentInput(
                "shop",
                "production",
                List.of(first.holder()),
                List.of(second.holder()),
                List.of(mirror),
                List.of(new Proposal(List.of(word(Kind.POLICY, rehearsal.ana))))));

        assertThat(queue.view())
                .isEqualTo(new View(
                        "shop",
                        "production",
                        List.of(first.holder()),
                        List.of(second.holder()),
                        List.of(mirror),
                        "",
                        queue.view().proposals()));
        assertThat(queue.view().proposals()).hasSize(1);
        queue.handOver(new HandOver(first.holder(), List.of()));
        awaitTurn(second);
        assertThat(first.hasTheTurn()).as("it had been told in the run before").isFalse();
        assertThat(rehearsal.worker.times("readRecord"))
                .as("the copy is carried")
                .isZero();
    }

    @Test
    void doesNotWaitForAnotherEnvironment() {
        EnvironmentWorkflow production = queue("production");
        EnvironmentWorkflow staging = queue("staging");
        Standing first = customer("first", false);
        Standing second = customer("second", false);

        first.ask(production);
        second.ask(staging);

        awaitTurn(first);
        awaitTurn(second);
    }

    @Test
    void standsInTheMemoSoThatStatusNeedsNoWorker() {
        EnvironmentWorkflow queue = queue("production");
        Standing first = customer("first", false);
        first.ask(queue);
        awaitTurn(first);

        WorkflowStub stub = rehearsal
                .temporal
                .getWorkflowClient()
                .newUntypedWorkflowStub(ReleaseName.environmentWorkflowId("shop", "production"));
        Rehearsal.await("the memo", () -> {
            Object shown = stub.describe().getMemo(EnvironmentWorkflowImpl.MEMO, View.class);
            return queue.view().equals(shown);
        });
    }

    @Test
    void isNotStoppedByMessagesThatNameNobody() {
        EnvironmentWorkflow queue = queue("production");
        WorkflowStub stub = WorkflowStub.fromTyped(queue);
        stub.signal("handOver");
        stub.signal("handOver", Map.of());

        assertThatThrownBy(() -> queue.ask(new Holder("", "", "", false, Instant.EPOCH)))
                .hasStackTraceContaining("names the workflow that asks");
        Standing first = customer("first", false);
        first.ask(queue);

        awaitTurn(first);
    }

    @Test
    void letsOnlyARollbackAndAHotfixThatMayPassAFreezeAndGoesOnWhenItEnds() {
        rehearsal.worker.frozen(rehearsal.now().plus(Duration.ofDays(3)), "end of the year");
        EnvironmentWorkflow queue = queue("production");
        Standing release = customer("release", false);
        Standing plain = hotfix("plain hotfix", false);
        Standing hotfix = hotfix("hotfix", true);

        Place place = release.ask(queue);
        plain.ask(queue);
        hotfix.ask(queue);

        assertThat(place.why()).startsWith("frozen until ").endsWith(": end of the year");
        awaitTurn(hotfix);
        assertThat(release.hasTheTurn() || plain.hasTheTurn()).isFalse();
        queue.handOver(new HandOver(hotfix.holder(), List.of()));
        Instant before = rehearsal.now();
        rehearsal.temporal.sleep(Duration.ofDays(3));
        awaitTurn(plain);
        assertThat(Duration.between(before, rehearsal.now())).isGreaterThanOrEqualTo(Duration.ofDays(3));
    }

    @Test
    void aWordAboutAStateThatIsNoMoreIsNotWaitedForAnyLonger() {
        EnvironmentWorkflow queue = queueWithRecord("production");
        queue.policy(word(Kind.POLICY, rehearsal.ana));
        assertThat(queue.view().proposals()).hasSize(1);

        Standing release = customer("release", false);
        release.ask(queue);
        awaitTurn(release);
        rehearsal.temporal.sleep(Duration.ofDays(4));
        queue.handOver(new HandOver(release.holder(), List.of(rehearsal.worker.mirror())));

        Rehearsal.await("it is gone", () -> queue.view().proposals().isEmpty());
    }

    @Test
    void gathersTheSameWordOfSeveralPeople() {
        EnvironmentWorkflow queue = queueWithRecord("production");

        Decided first = queue.policy(word(Kind.POLICY, rehearsal.ana));

        assertThat(first.done()).isFalse();
        assertThat(first.text()).isEqualTo("1 more has to say the same");
        assertThat(queue.view().proposals()).hasSize(1);

        Decided again = queue.policy(word(Kind.POLICY, rehearsal.ana));
        assertThat(again.done()).as("one person counts once").isFalse();

        Decided second = queue.policy(word(Kind.POLICY, rehearsal.ben));
        assertThat(second.done()).isTrue();
        assertThat(queue.view().proposals()).isEmpty();
    }

    @Test
    void keepsEverybodyWaitingWhileTheRecordCannotBeReadAndGoesOnWhenItIsAdopted() {
        rehearsal.worker.fails("readRecord", "the record has gone back to entry 3");
        EnvironmentWorkflow queue = queue("production");
        Standing release = customer("release", false);

        Place place = release.ask(queue);

        assertThat(place.why()).isEqualTo("the record has gone back to entry 3");
        assertThat(queue.view().trouble()).isEqualTo("the record has gone back to entry 3");
        assertThat(release.hasTheTurn()).isFalse();

        assertThat(queue.adopt(word(Kind.ADOPT, rehearsal.ana)).done()).isTrue();
        awaitTurn(release);
        assertThat(queue.view().trouble()).isEmpty();
    }

    @Test
    void isNotStoppedBySignalsThatAreNoStatements() {
        EnvironmentWorkflow queue = queue("production");
        WorkflowStub stub = WorkflowStub.fromTyped(queue);
        for (String signal : List.of("unlock", "freeze", "unfreeze", "suspend", "policy", "adopt", "reconcile")) {
            stub.signal(signal);
            stub.signal(signal, Map.of("text", "x"));
            stub.signal(signal, word(Kind.APPROVE, rehearsal.ana));
        }
        Standing first = customer("first", false);
        first.ask(queue);

        awaitTurn(first);
        assertThat(rehearsal.worker.calls()).noneMatch(call -> call.startsWith("decide"));
    }

    private Standing hotfix(String name, boolean passesFreeze) {
        Standing standing = customer(name, false);
        Holder holder = standing.holder();
        return standing.asking(new Holder(
                holder.workflow(), holder.run(), holder.version(), false, holder.asked(), true, passesFreeze));
    }
}
