package dev.slipway.opening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.slipway.record.Event;
import dev.slipway.release.Dock;
import dev.slipway.release.ReleaseActivities.CloseRequest;
import dev.slipway.release.ReleaseActivities.CloseResult;
import dev.slipway.release.ReleaseActivities.OpenResult;
import dev.slipway.steps.StepObserver;
import dev.slipway.trust.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A worker dies at every point of a rollback of two targets, of a release and by hand: another one goes on with the same
 * step, and the end is as if nothing had happened.
 */
class CrashedRollbackTest {

    private static final List<String> TARGETS = List.of("web", "api");

    private Path home;
    private Dock dock;

    @BeforeEach
    void setUp(@TempDir Path folder) throws Exception {
        home = folder;
        dock = new Dock(home);
        dock.files();
        dock.edit(
                "slipway.yaml",
                "    rollback: {by",
                "      - {name: api, config: {LIVE: " + home.resolve("live-api") + "}, command: {deploy: [./switch,"
                        + " '${version}'], current: [./switch, --current], roll-back: [./switch, '${previous}']}}\n"
                        + "    rollback: {by");
        released("1.0.0");
    }

    @AfterEach
    void tearDown() {
        dock.close();
    }

    static Stream<String> points() {
        return TARGETS.stream()
                .flatMap(target -> Stream.of("began", "acted", "done").map(what -> what + " " + target));
    }

    @ParameterizedTest(name = "a worker dies when it has {0}")
    @MethodSource("points")
    void byHand(String point) throws Exception {
        released("1.1.0");
        Dock.Draft word = dock.word(Kind.ROLLBACK, "ana", dock.state().base());
        word.version = "1.0.0";
        OpenResult opened = dock.openRollback(word.signed());
        Dying dying = diesAt(point.replace(" ", " roll back "));

        opened.steps()
                .forEach(step -> again(dying, () -> dock.activities().rollBack(dock.step(opened, step.number()))));
        CloseResult closed = dock.activities()
                .close(new CloseRequest(
                        "shop",
                        "production",
                        "1.0.0",
                        "",
                        opened.grant(),
                        "rollback:shop:production",
                        "ROLLED_BACK",
                        "by ana",
                        List.of()));

        assertThat(closed.outcome()).isEqualTo("ROLLED_BACK");
        isBack(dying, Event.Kind.DONE, opened);
    }

    @ParameterizedTest(name = "a worker dies when it has {0}")
    @MethodSource("points")
    void ofARelease(String point) throws Exception {
        OpenResult opened = deployed("1.1.0");
        Dying dying = diesAt(point.replace(" ", " undo deploy "));

        again(dying, () -> dock.activities().rollBack(dock.step(opened, 2)));
        again(dying, () -> dock.activities().rollBack(dock.step(opened, 1)));
        CloseResult closed = dock.close(opened.grant(), "ROLLED_BACK");

        assertThat(closed.outcome()).isEqualTo("ROLLED_BACK");
        isBack(dying, Event.Kind.UNDONE, opened);
    }

    private OpenResult deployed(String version) throws Exception {
        OpenResult opened = dock.opened(version);
        dock.activities().deploy(dock.step(opened, 1));
        dock.activities().deploy(dock.step(opened, 2));
        return opened;
    }

    private void released(String version) throws Exception {
        dock.close(deployed(version).grant(), "SUCCEEDED");
    }

    private void isBack(Dying dying, Event.Kind each, OpenResult opened) throws Exception {
        assertThat(dying.died).as("the point was reached").isTrue();
        for (String live : List.of("live", "live-api")) {
            assertThat(Files.readString(home.resolve(live)).strip()).isEqualTo("1.0.0");
            assertThat(Files.readAllLines(home.resolve(live + ".history")))
                    .as("switches, none of them twice")
                    .containsExactly("1.0.0", "1.1.0", "1.0.0");
        }
        assertThat(dock.state().live().version()).isEqualTo("1.0.0");
        assertThat(dock.state().live().targets()).isEqualTo(Map.of("web", "1.0.0", "api", "1.0.0"));
        assertThat(dock.state().halfBack()).isEmpty();
        assertThat(dock.state().openGrant()).isEmpty();
        assertThat(dock.served().record().back(1000, head -> true).stream()
                        .map(head -> head.entry().event())
                        .filter(event -> event.kind() == each)
                        .filter(event -> opened.grant().equals(event.facts().get("request")))
                        .map(event -> event.facts().get("step")))
                .as("entries of its steps")
                .containsExactlyInAnyOrder("1", "2");
    }

    /** Temporal gives the work to another worker, which knows nothing but the record. */
    private void again(Dying dying, Runnable work) {
        Throwable end = catchThrowable(work::run);
        if (end != null) {
            assertThat(dying.died).as(() -> "ended by " + end).isTrue();
            dock.serveAgain(StepObserver.nobody());
            work.run();
        }
    }

    private Dying diesAt(String point) {
        Dying dying = new Dying(point);
        dock.serveAgain(dying);
        return dying;
    }

    /** Nothing that a worker does after this counts: what it would catch is none of what a step fails by. */
    private static final class Death extends RuntimeException {}

    private static final class Dying implements StepObserver {

        private final String point;
        private boolean died;

        Dying(String point) {
            this.point = point;
        }

        private void reached(String here) {
            if (!died && here.equals(point)) {
                died = true;
                throw new Death();
            }
        }

        @Override
        public void began(String release, String step) {
            reached("began " + step);
        }

        @Override
        public void acted(String release, String step) {
            reached("acted " + step);
        }

        @Override
        public void done(String release, String step, Duration took) {
            reached("done " + step);
        }
    }
}
