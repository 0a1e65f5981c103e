package dev.slipway.notifying;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.ledger.RecordPlace;
import dev.slipway.process.Pulse;
import dev.slipway.release.Dock;
import dev.slipway.release.ReleaseActivities.CloseRequest;
import dev.slipway.release.ReleaseActivities.NotifyRequest;
import dev.slipway.release.ReleaseActivities.OpenResult;
import dev.slipway.trust.Kind;
import dev.slipway.trust.Statement;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The daily summaries of two workers on two machines, with their records in one place. */
abstract class DailySummariesContract {

    private final MockWebServer server = new MockWebServer();
    private final AtomicInteger answer = new AtomicInteger(200);

    @TempDir
    Path home;

    private Dock dock;
    private DailySummaries first;
    private DailySummaries second;

    abstract RecordPlace place();

    @BeforeEach
    void setUp() throws Exception {
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                return new MockResponse.Builder().code(answer.get()).build();
            }
        });
        server.start();
        dock = new Dock(home);
        dock.record(place());
        dock.secret("HOOK", server.url("/hook/secret-path").toString());
        dock.secret("PLANTED", "planted-0123456789");
        channel("{webhook: $HOOK, tier: daily}");
        first = worker("first");
        second = worker("second");
        turn("20:00");
    }

    @AfterEach
    void tearDown() {
        dock.close();
        server.close();
    }

    private void channel(String channel) throws Exception {
        dock.files("    notify: [" + channel + "]\n");
    }

    private static Notifying notifying(OkHttpClient client) {
        return new Notifying(client, Duration.ofSeconds(2), Duration.ofMillis(1));
    }

    /** Another worker process on a machine of that name. */
    private DailySummaries worker(String machine) throws Exception {
        return worker(machine, new OkHttpClient());
    }

    private DailySummaries worker(String machine, OkHttpClient client) throws Exception {
        dock.anotherMachine(machine);
        dock.serve(Dock.NO_FLOOR);
        return new DailySummaries(dock.environments(), notifying(client));
    }

    /** Puts the clock forward to that time of the day, UTC. */
    private void turn(String time) {
        Instant now = dock.clock.instant();
        Instant then = LocalDate.ofInstant(now, ZoneOffset.UTC)
                .atTime(LocalTime.parse(time))
                .toInstant(ZoneOffset.UTC);
        dock.clock.passes(Duration.between(now, then.isAfter(now) ? then : then.plus(1, ChronoUnit.DAYS)));
    }

    private void look() {
        first.look();
        second.look();
    }

    private List<RecordedRequest> requests() throws Exception {
        List<RecordedRequest> requests = new ArrayList<>();
        for (RecordedRequest next; (next = server.takeRequest(0, TimeUnit.SECONDS)) != null; ) {
            requests.add(next);
        }
        return requests;
    }

    private static String text(RecordedRequest request) {
        return request.getBody().utf8();
    }

    private static String key(RecordedRequest request) {
        return request.getHeaders().get("Idempotency-Key");
    }

    private void rolledBack(String version, String why) throws Exception {
        OpenResult opened = dock.opened(version);
        dock.activities().deploy(dock.step(opened, 1));
        dock.activities().rollBack(dock.step(opened, 1));
        dock.activities()
                .close(new CloseRequest(
                        "shop", "production", version, "", opened.grant(), "w", "ROLLED_BACK", why, List.of()));
    }

    private void freeze(String reason) throws Exception {
        Dock.Draft freeze = dock.word(Kind.FREEZE, "cleo", dock.state().freezeState());
        freeze.confirm = "";
        freeze.reason = reason;
        freeze.what = Statement.what(Map.of(
                "until",
                dock.clock
                        .instant()
                        .plus(Duration.ofDays(30))
                        .truncatedTo(ChronoUnit.SECONDS)
                        .toString()));
        assertThat(dock.decide(freeze.signed()).done()).isTrue();
    }

    @Test
    void aDayIsToldOnceByWhoeverIsFirst() throws Exception {
        dock.released("1.0.0");
        look();
        rolledBack("1.1.0", "error-rate was 7.2%, over 5% for 2m; back on 1.0.0");
        freeze("the holidays");
        turn("08:59");
        look();
        assertThat(server.getRequestCount()).as("not due yet").isZero();

        turn("09:00");
        look();
        look();

        List<RecordedRequest> told = requests();
        assertThat(told).hasSize(1);
        assertThat(text(told.get(0)))
                .contains("shop/production since ", " UTC: 1 succeeded, 1 rolled back, 1 said about it")
                .contains("live: 1.0.0")
                .contains(" 1.0.0 succeeded, asked by ben: 1.0.0 is live")
                .contains(
                        " 1.1.0 rolled back, asked by ben: its workflow says: error-rate was 7.2%, over 5% for 2m; back on 1.0.0")
                .contains("by cleo: the holidays")
                .contains("locked since ", "slipway unlock shop/production");
    }

    @Test
    void aWorkerThatWasStartedAgainSendsNothingTwice() throws Exception {
        dock.released("1.0.0");
        look();
        turn("09:00");
        first.look();

        worker("first").look();
        worker("third").look();

        assertThat(requests()).hasSize(1);
    }

    @Test
    void whoAreTwoAtATimeSendOne() throws Exception {
        dock.released("1.0.0");
        look();
        ExecutorService machines = Executors.newFixedThreadPool(2);
        for (int day = 0; day < 4; day++) {
            turn("09:00");
            CountDownLatch go = new CountDownLatch(1);
            List<Future<?>> looks = new ArrayList<>();
            for (DailySummaries worker : List.of(first, second)) {
                looks.add(machines.submit(() -> {
                    go.await();
                    worker.look();
                    return null;
                }));
            }
            go.countDown();
            for (Future<?> each : looks) {
                each.get(60, TimeUnit.SECONDS);
            }
            assertThat(requests()).hasSize(1);
            dock.released("1.0." + (day + 1));
        }
        machines.shutdown();
    }

    @Test
    void whereNothingHappenedNobodyIsTold() throws Exception {
        dock.released("1.0.0");
        look();
        turn("09:00");
        look();
        requests();

        for (int day = 0; day < 3; day++) {
            turn("09:00");
            look();
        }
        assertThat(requests()).isEmpty();
        dock.released("1.1.0");
        turn("09:00");
        look();

        assertThat(requests()).singleElement().satisfies(request -> assertThat(text(request))
                .contains("1 succeeded", "1.1.0 succeeded")
                .doesNotContain("1.0.0 succeeded"));
    }

    /** A machine that dies while it tells somebody. */
    private DailySummaries dying(boolean afterwards) throws Exception {
        AtomicBoolean dead = new AtomicBoolean();
        return worker(
                "dying",
                new OkHttpClient.Builder()
                        .addInterceptor(chain -> {
                            if (afterwards && dead.compareAndSet(false, true)) {
                                chain.proceed(chain.request()).close();
                            }
                            throw new AssertionError("the machine is gone");
                        })
                        .build());
    }

    private void died(boolean afterwards) throws Exception {
        dock.released("1.0.0");
        look();
        turn("09:00");
        dying(afterwards).look();
        int sentBefore = afterwards ? 1 : 0;
        assertThat(server.getRequestCount()).isEqualTo(sentBefore);
        dock.released("1.1.0");

        look();
        dock.clock.passes(Duration.ofMinutes(14));
        look();
        assertThat(server.getRequestCount()).as("somebody may be at it").isEqualTo(sentBefore);
        dock.clock.passes(Duration.ofMinutes(2));
        look();
        look();

        List<RecordedRequest> told = requests();
        assertThat(told).hasSize(sentBefore + 1);
        assertThat(told.stream().map(DailySummariesContract::key).distinct()).hasSize(1);
        assertThat(told.stream().map(DailySummariesContract::text).distinct())
                .as("whoever drops a second one by its key drops nothing else")
                .singleElement()
                .asString()
                .contains("1.0.0 succeeded")
                .doesNotContain("1.1.0");
        turn("09:00");
        look();
        assertThat(requests()).singleElement().satisfies(request -> assertThat(text(request))
                .contains("1.1.0 succeeded")
                .doesNotContain("1.0.0 succeeded"));
    }

    @Test
    void whatAMachineHasClaimedAndNotSentAnotherOneSends() throws Exception {
        died(false);
    }

    @Test
    void whatAMachineHasSentAndNotMarkedIsSentAgainWithTheSameKeyAndText() throws Exception {
        died(true);
    }

    @Test
    void aChannelThatIsDownLosesNothing() throws Exception {
        dock.released("1.0.0");
        look();
        answer.set(503);
        turn("09:00");
        for (int minutes = 0; minutes < 120; minutes += 5) {
            look();
            dock.clock.passes(Duration.ofMinutes(5));
        }
        assertThat(requests()).as("four times, each as often as at once").hasSize(4 * 3);
        rolledBack("1.1.0", "no answer for 3m");
        answer.set(200);
        look();
        assertThat(requests()).as("that day is given up").isEmpty();

        turn("09:00");
        look();
        look();

        assertThat(requests()).singleElement().satisfies(request -> assertThat(text(request))
                .contains("1 succeeded, 1 rolled back")
                .contains("1.0.0 succeeded", "1.1.0 rolled back", "no answer for 3m"));
    }

    @Test
    void aChannelThatIsBackWithinTheHourIsToldTheSameDay() throws Exception {
        dock.released("1.0.0");
        look();
        answer.set(503);
        turn("09:00");
        look();
        answer.set(200);
        dock.clock.passes(Duration.ofMinutes(16));
        look();

        assertThat(requests()).hasSize(3 + 1);
    }

    @Test
    void aDayOnWhichNoWorkerWasThereIsToldLater() throws Exception {
        dock.released("1.0.0");
        look();
        turn("09:00");
        turn("09:00");
        turn("15:00");

        look();

        assertThat(requests()).singleElement().satisfies(request -> assertThat(text(request))
                .contains("1.0.0 succeeded"));
        turn("09:00");
        look();
        assertThat(requests()).isEmpty();
    }

    @Test
    void secretsAreNotTold() throws Exception {
        first.look();
        dock.released("1.0.0");
        look();
        freeze("the password is planted-0123456789");
        dock.environments().all().forEach(each -> each.secrets().value("PLANTED"));
        turn("09:00");
        second.look();

        assertThat(requests()).singleElement().satisfies(request -> assertThat(text(request))
                .contains("the password is ")
                .doesNotContain("planted-0123", "secret-path"));
    }

    @Test
    void aPlanWithoutSuchAChannelTellsNobodyDaily() throws Exception {
        channel("{webhook: $HOOK}, {log: true, tier: none}");
        dock.released("1.0.0");
        look();
        turn("09:00");
        look();

        assertThat(requests()).isEmpty();
        assertThat(dock.served().record().named("asked-1")).isEmpty();
    }

    @Test
    void aChannelThatIsToldDailyIsNotToldAtOnce() throws Exception {
        Dock.Ready ready = dock.ready("1.0.0");

        notifying(new OkHttpClient())
                .tell(
                        dock.served(),
                        new NotifyRequest(
                                "shop",
                                "production",
                                "1.0.0",
                                ready.plan().digest(),
                                ready.request().id(),
                                "w",
                                "waiting"),
                        Pulse.unheard());

        assertThat(requests()).isEmpty();
    }

    @Test
    void whoWaitsIsTold() throws Exception {
        dock.released("1.0.0");
        look();
        turn("09:00");
        look();
        requests();
        turn("08:30");
        dock.ready("1.1.0");
        Dock.Ready taken = dock.ready("1.2.0");
        dock.open(taken);
        turn("09:00");
        look();

        assertThat(requests()).singleElement().satisfies(request -> assertThat(text(request))
                .contains(" UTC: 1 begun, 1 waits")
                .contains(" 1.2.0 has begun, and goes on, asked by ben")
                .contains("waits: 1.1.0, asked for at ", "approval is by ana, ben, cleo")
                .contains("slipway approve shop/production@1.1.0")
                .doesNotContain("approve shop/production@1.2.0"));
        dock.clock.passes(Duration.ofHours(2));
        turn("09:00");
        look();
        assertThat(requests()).as("a request that has expired waits no longer").isEmpty();
    }

    @Test
    void aReleaseIsNotedOnceHoweverOftenItIsLookedAt() throws Exception {
        Dock.Ready ready = dock.ready("1.0.0");
        dock.preflight(ready.plan(), ready.request());
        worker("third");
        dock.preflight(ready.plan(), ready.request());
        dock.ready("1.1.0");

        assertThat(dock.served().record().named("asked-2")).isPresent();
        assertThat(dock.served().record().named("asked-3")).isEmpty();
        assertThat(Asked.waiting(dock.served(), dock.state(), dock.clock.instant()).stream()
                        .map(Statement::version))
                .containsExactly("1.0.0", "1.1.0");
    }

    @Test
    void onChoosesWhatIsTold() throws Exception {
        channel("{webhook: $HOOK, tier: daily, at: '17:30', on: [rolled-back]}");
        dock.released("1.0.0");
        look();
        turn("17:30");
        look();
        assertThat(requests()).as("a success is nothing to such a channel").isEmpty();
        rolledBack("1.1.0", "too slow");
        dock.ready("1.2.0");
        turn("17:30");
        look();

        assertThat(requests()).singleElement().satisfies(request -> assertThat(text(request))
                .contains(" UTC: 1 rolled back\\n")
                .doesNotContain("1.0.0 succeeded", "1.2.0"));
    }

    @Test
    void aRecordThatNeverWasIsNotBegun() throws Exception {
        look();
        turn("09:00");
        look();

        assertThat(dock.served().record().headIfAny()).isEmpty();
        assertThat(requests()).isEmpty();
    }

    @Test
    void twoChannelsHaveTwoDaysOfTheirOwn() throws Exception {
        channel("{webhook: $HOOK, tier: daily}, {webhook: $HOOK, tier: daily, at: '17:30'}");
        dock.released("1.0.0");
        look();
        turn("09:00");
        look();
        turn("17:30");
        look();

        List<RecordedRequest> told = requests();
        assertThat(told).hasSize(2);
        assertThat(key(told.get(0))).isNotEqualTo(key(told.get(1)));
    }

    @Test
    void theTimeIsThatOfTheWindowsZone() {
        ZoneId berlin = ZoneId.of("Europe/Berlin");
        LocalTime nine = LocalTime.of(9, 0);
        assertThat(Slot.at(Instant.parse("2026-07-01T07:00:00Z"), nine, berlin))
                .isEqualTo(new Slot(LocalDate.of(2026, 7, 1), Instant.parse("2026-07-01T07:00:00Z")));
        assertThat(Slot.at(Instant.parse("2026-12-01T07:59:59Z"), nine, berlin))
                .isEqualTo(new Slot(LocalDate.of(2026, 11, 30), Instant.parse("2026-11-30T08:00:00Z")));
        // there is no 02:30 on that day
        assertThat(Slot.at(Instant.parse("2026-03-29T02:00:00Z"), LocalTime.of(2, 30), berlin))
                .isEqualTo(new Slot(LocalDate.of(2026, 3, 29), Instant.parse("2026-03-29T01:30:00Z")));
    }
}
