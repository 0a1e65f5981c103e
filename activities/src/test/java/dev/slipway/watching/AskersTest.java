package dev.slipway.watching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.steps.Timers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class AskersTest {

    private static final Duration SOON = Duration.ofMillis(100);

    private static final Duration LONG = Duration.ofHours(1);

    private final CountDownLatch never = new CountDownLatch(1);

    @AfterEach
    void letGo() {
        never.countDown();
    }

    private void hang() {
        try {
            never.await();
        } catch (InterruptedException cancelled) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void fewThreadsDoForManyQuickQuestions() throws Exception {
        Askers askers = new Askers(4, 100, 50, Timers.idle("looks"));
        CountDownLatch all = new CountDownLatch(2000);

        for (int question = 0; question < 2000; question++) {
            askers.ask("", SOON, all::countDown);
        }

        assertThat(all.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(askers.threads()).isLessThanOrEqualTo(4);
    }

    @Test
    void aQuestionThatHangsHoldsUpNoOther() throws Exception {
        Askers askers = new Askers(2, 20, 50, Timers.idle("looks"));
        for (int question = 0; question < 10; question++) {
            askers.ask("", SOON, this::hang);
        }
        CountDownLatch asked = new CountDownLatch(5);

        for (int question = 0; question < 5; question++) {
            askers.ask("", SOON, asked::countDown);
        }

        assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(askers.threads()).isGreaterThan(10).isLessThanOrEqualTo(20);
    }

    @Test
    void onePlaceThatHangsDoesNotTakeAllThreads() throws Exception {
        Askers askers = new Askers(2, 8, 4, Timers.idle("looks"));
        AtomicInteger hanging = new AtomicInteger();
        for (int question = 0; question < 50; question++) {
            askers.ask("prometheus:9090", SOON, () -> {
                hanging.incrementAndGet();
                hang();
            });
        }
        CountDownLatch asked = new CountDownLatch(1);

        askers.ask("shop:80", SOON, asked::countDown);

        assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(hanging).hasValueLessThanOrEqualTo(4);
    }

    @Test
    void whatIsCancelledIsNotAskedAndDisturbsNobody() throws Exception {
        Askers askers = new Askers(1, 1, 1, Timers.idle("looks"));
        CountDownLatch began = new CountDownLatch(1);
        AtomicInteger asked = new AtomicInteger();
        CountDownLatch last = new CountDownLatch(1);
        var hanging = askers.ask("", SOON, () -> {
            began.countDown();
            hang();
        });
        assertThat(began.await(20, TimeUnit.SECONDS)).isTrue();
        askers.ask("", SOON, asked::incrementAndGet).cancel(true);
        askers.ask("", SOON, () -> {
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            last.countDown();
        });

        hanging.cancel(true);

        assertThat(last.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(asked).hasValue(0);
    }

    /** The one that is idle takes the first of them only. */
    @Test
    void severalQuestionsAtOnceFindSeveralThreads() throws Exception {
        Askers askers = new Askers(4, 4, 50, Timers.idle("looks"));
        CompletableFuture<Thread> first = new CompletableFuture<>();
        askers.ask("", LONG, () -> first.complete(Thread.currentThread()));
        Thread idle = first.get(20, TimeUnit.SECONDS);
        while (idle.getState() != Thread.State.TIMED_WAITING) {
            LockSupport.parkNanos(5_000_000);
        }
        CountDownLatch asked = new CountDownLatch(3);

        synchronized (askers) {
            for (int question = 0; question < 3; question++) {
                askers.ask("", LONG, () -> {
                    asked.countDown();
                    hang();
                });
            }
        }

        assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void noThreadIsAddedForWhatWasCancelled() throws Exception {
        Askers askers = new Askers(1, 20, 50, Timers.idle("looks"));
        CountDownLatch began = new CountDownLatch(1);
        askers.ask("", LONG, () -> {
            began.countDown();
            hang();
        });
        assertThat(began.await(20, TimeUnit.SECONDS)).isTrue();
        CountDownLatch asked = new CountDownLatch(1);
        synchronized (askers) {
            for (int question = 0; question < 5; question++) {
                askers.ask("", Duration.ZERO, this::hang).cancel(true);
            }
            askers.ask("", Duration.ZERO, asked::countDown);
        }

        assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(askers.threads()).isEqualTo(2);
    }

    @Test
    void aThreadThatTheMachineDoesNotHaveIsNotCountedAndTriedAgain() throws Exception {
        AtomicInteger without = new AtomicInteger(2);
        Askers askers = new Askers(1, 1, 50, Timers.idle("looks"), work -> new Thread(work) {
            @Override
            public synchronized void start() {
                if (without.getAndDecrement() > 0) {
                    throw new OutOfMemoryError("unable to create native thread");
                }
                setDaemon(true);
                super.start();
            }
        });
        CountDownLatch asked = new CountDownLatch(1);

        askers.ask("", SOON, asked::countDown);

        assertThat(askers.threads()).isZero();
        assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(askers.threads()).isEqualTo(1);
    }
}
