package dev.slipway.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.slipway.trust.Kind;
import dev.slipway.trust.SignedStatement;
import io.temporal.client.WorkflowNotFoundException;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a release does that asks a person after a failure, and how long a watch and a rollback may take. */
class AfterFailureTest {

    private final Rehearsal rehearsal = new Rehearsal();

    @AfterEach
    void close() {
        rehearsal.close();
    }

    private Rehearsal.Release asking(String phase) {
        Rehearsal.Release release = rehearsal.start(rehearsal
                .plan()
                .database()
                .targets("api", "web")
                .told()
                .onFailure(phase, "ask")
                .plan());
        release.awaitsWaitingFor("a person's word after a failure");
        return release;
    }

    @Test
    void triesTheStepOnceMoreAndKeepsTheBackup() {
        rehearsal.worker.fails("migrate main", "the database went away");
        Rehearsal.Release release = asking("migrate");

        Question question = release.report().question().get(0);
        assertThat(question.title()).isEqualTo("migrate main");
        assertThat(question.failure()).isEqualTo("the database went away");
        assertThat(question.otherwise()).isEqualTo("it stops, and nothing is deployed");
        assertThat(release.report().waiting().get(0).who()).containsExactly("ana");
        assertThat(release.report().waiting().get(0).command())
                .isEqualTo("slipway retry shop/production@1.4.0 (or: slipway rollback shop/production, slipway give-up"
                        + " shop/production@1.4.0)");
        Decision decision = release.workflow().retry(release.answer(Kind.RETRY, rehearsal.ana));

        assertThat(decision.text()).startsWith("tried again");
        assertThat(release.ended().outcome()).isEqualTo("SUCCEEDED");
        assertThat(rehearsal.worker.times("backUp main")).isEqualTo(1);
        assertThat(rehearsal.worker.times("migrate main")).isEqualTo(2);
        assertThat(rehearsal.worker.times("notify asked")).isEqualTo(1);
    }

    @Test
    void asksAgainWhenItFailsAgain() {
        rehearsal.worker.fails("deploy web", "502").fails("deploy web", "503");
        Rehearsal.Release release = asking("deploy");
        var first = release.answer(Kind.RETRY, rehearsal.ana);
        release.workflow().retry(first);
        release.awaits(report -> report.question().stream()
                .anyMatch(question -> question.failure().equals("503")));

        Throwable replayed = catchThrowable(() -> release.workflow().retry(first));
        release.workflow().retry(release.answer(Kind.RETRY, rehearsal.ana));

        assertThat(replayed.getCause()).hasMessageContaining("about another failure than the one that is asked about");
        assertThat(release.ended().outcome()).isEqualTo("SUCCEEDED");
    }

    @Test
    void tellsTheSecondWhoAnswersThatItWasAnswered() throws Exception {
        rehearsal.worker.fails("migrate main", "502");
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch second = new CountDownLatch(1);
        rehearsal.worker.when("retry", () -> {
            first.countDown();
            await(second);
        });
        Rehearsal.Release release = asking("migrate");
        SignedStatement word = release.answer(Kind.RETRY, rehearsal.ana);
        SignedStatement other = release.answer(Kind.RETRY, rehearsal.ana);
        CompletableFuture<Decision> taken =
                CompletableFuture.supplyAsync(() -> release.workflow().retry(word));
        assertThat(first.await(20, TimeUnit.SECONDS)).isTrue();

        Throwable beside = catchThrowable(() -> release.workflow().retry(other));
        second.countDown();
        taken.get(20, TimeUnit.SECONDS);
        Throwable after = catchThrowable(() -> release.workflow().retry(other));

        assertThat(beside.getCause()).hasMessageContaining("the question was already answered: retry, said by ana");
        assertThat(after)
                .satisfiesAnyOf(
                        ended -> assertThat(ended).isInstanceOf(WorkflowNotFoundException.class),
                        refused -> assertThat(refused.getCause())
                                .hasMessageContaining("the question was already answered: retry, said by ana"));
        assertThat(release.ended().outcome()).isEqualTo("SUCCEEDED");
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void stopsWithoutDeployingWhereNobodyAnswersAFailedMigration() {
        rehearsal.worker.fails("migrate main", "the database went away");

        ReleaseReport report = asking("migrate").ended();

        assertThat(report.outcome()).isEqualTo("FAILED");
        assertThat(report.question()).isEmpty();
        assertThat(report.journal()).anySatisfy(entry -> assertThat(entry.text())
                .isEqualTo("nobody said what to do within 1h, so it stops, and nothing is deployed"));
        assertThat(rehearsal.worker.deeds()).doesNotContain("deploy api");
    }

    @Test
    void rollsBackWhereNobodyAnswersAFailedDeployment() {
        rehearsal.worker.fails("deploy web", "502");

        ReleaseReport report = asking("deploy").ended();

        assertThat(report.outcome()).isEqualTo("ROLLED_BACK");
        assertThat(rehearsal.worker.deeds()).contains("rollBack web", "rollBack api");
    }

    @Test
    void leavesItAsItIsWhenAPersonGivesUp() {
        rehearsal.worker.fails("deploy web", "502");
        Rehearsal.Release release = asking("deploy");

        release.workflow().giveUp(release.answer(Kind.GIVE_UP, rehearsal.ana));
        ReleaseReport report = release.ended();

        assertThat(report.outcome()).isEqualTo("FAILED");
        assertThat(report.headline()).isEqualTo("502");
        assertThat(rehearsal.worker.deeds()).doesNotContain("rollBack web", "rollBack api");
        assertThat(rehearsal.worker.closedWith().get(0).decisions()).singleElement();
    }

    @Test
    void rollsBackWhenAPersonSaysSo() {
        rehearsal.worker.fails("deploy web", "502");
        Rehearsal.Release release = asking("deploy");

        release.workflow().rollback(release.rollback(rehearsal.ana));
        ReleaseReport report = release.ended();

        assertThat(report.outcome()).isEqualTo("ROLLED_BACK");
        assertThat(report.waiting()).isEmpty();
        assertThat(report.question()).isEmpty();
        assertThat(rehearsal.worker.deeds()).contains("rollBack web", "rollBack api");
    }

    @Test
    void takesTheAnswersOfThoseAloneWhoMay() {
        rehearsal.worker.fails("deploy web", "502");
        Rehearsal.Release release = asking("deploy");

        Throwable byBen = catchThrowable(() -> release.workflow().retry(release.answer(Kind.RETRY, rehearsal.ben)));
        Throwable notAsked = catchThrowable(() -> release.workflow()
                .giveUp(release.draft(Kind.GIVE_UP)
                        .about(release.report().base())
                        .by(rehearsal.ana)));
        release.workflow().giveUp(release.answer(Kind.GIVE_UP, rehearsal.ana));

        assertThat(byBen.getCause()).hasMessageContaining("'ben' is not among those who may: [ana]");
        assertThat(notAsked.getCause()).hasMessageContaining("about another failure");
        assertThat(release.ended().outcome()).isEqualTo("FAILED");
    }

    @Test
    void doesNotGoOnWhereTheWorkerTakesTheWordForNothing() {
        rehearsal.worker.fails("deploy web", "502").refusesWords("this statement was used up already");
        Rehearsal.Release release = asking("deploy");

        Throwable refused = catchThrowable(() -> release.workflow().retry(release.answer(Kind.RETRY, rehearsal.ana)));

        assertThat(refused.getCause()).hasMessageContaining("used up already");
        assertThat(release.report().question()).isNotEmpty();
        assertThat(release.ended().outcome()).isEqualTo("ROLLED_BACK");
    }

    @Test
    void watchesLongerWhenAPersonSaysSo() {
        rehearsal.worker.watches("INCONCLUSIVE", "no traffic").watches("INCONCLUSIVE", "still none");
        Rehearsal.Release release =
                rehearsal.start(rehearsal.plan().watched(Duration.ofMinutes(15)).plan());
        release.awaitsWaitingFor("a person's word, because the watch can't decide");
        rehearsal.worker.watches("PASS", "all well");

        release.workflow().extend(release.extension(Duration.ofMinutes(30), rehearsal.ana));
        ReleaseReport report = release.ended();

        assertThat(report.outcome()).isEqualTo("SUCCEEDED");
        assertThat(rehearsal.worker.watched()).hasSize(3);
        assertThat(rehearsal.worker.watched().get(2).length())
                .isBetween(Duration.ofMinutes(29), Duration.ofMinutes(30));
        assertThat(rehearsal.worker.watched().get(2).state().get(0).text()).isEqualTo("state of still none\n");
    }

    @Test
    void saysHowLongARollbackTookAndTellsPeopleWhenItTakesTooLong() {
        rehearsal.worker.fails("deploy web", "502");
        for (int time = 0; time < 14; time++) {
            rehearsal.worker.when("rollBack web", () -> {
                throw ApplicationFailure.newFailure("connection refused", FailureDetail.UNAVAILABLE);
            });
        }

        ReleaseReport report =
                rehearsal.start(rehearsal.plan().targets("web").told().plan()).ended();

        assertThat(report.outcome()).isEqualTo("ROLLED_BACK");
        assertThat(report.journal())
                .anySatisfy(entry ->
                        assertThat(entry.text()).isEqualTo("the rollback takes longer than the 2m of its plan"))
                .anySatisfy(entry -> assertThat(entry.text()).matches(".*back on 1.3.0 \\(took 2m.*s of 2m\\)"));
        assertThat(rehearsal.worker.times("notify budget-passed")).isEqualTo(1);
    }

    @Test
    void asksEveryTargetWhatServesThereWhenARollbackFails() {
        rehearsal.worker.fails("deploy web", "502").fails("rollBack web", "the vendor is down");

        ReleaseReport report =
                rehearsal.start(rehearsal.plan().targets("web").told().plan()).ended();

        assertThat(report.outcome()).isEqualTo("ROLLBACK_FAILED");
        assertThat(report.journal())
                .anySatisfy(entry -> assertThat(entry.text()).isEqualTo("web: serves 1.4.0, should serve 1.3.0"));
    }
}
