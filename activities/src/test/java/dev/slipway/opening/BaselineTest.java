package dev.slipway.opening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.record.SignedText;
import dev.slipway.release.Dock;
import dev.slipway.release.ReleaseActivities.BaselineResult;
import dev.slipway.release.ReleaseActivities.GrantRequest;
import dev.slipway.release.ReleaseActivities.OpenResult;
import dev.slipway.release.ReleaseActivities.WatchRequest;
import dev.slipway.release.ReleaseActivities.WatchResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a release is compared with: measured before it, kept for it alone. */
class BaselineTest {

    private Dock dock;
    private final MockWebServer http = new MockWebServer();
    private final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();
    private volatile double errors = 10;
    private volatile int status = 200;

    @BeforeEach
    void setUp(@TempDir Path home) throws Exception {
        dock = new Dock(home);
        http.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                asked.add(request.getUrl().encodedPath());
                return new MockResponse.Builder()
                        .code(status)
                        .body("{\"errors\":" + errors + "}")
                        .build();
            }
        });
        http.start();
        dock.files();
        dock.released("1.0.0");
        dock.files("""
                    watch:
                      for: 2s
                      every: 200ms
                      baseline: 1s
                      metrics: {errors: {json: {url: '%s/${version}', at: /errors}}}
                      rollback-when: [errors > 3x baseline for 600ms]
                """.formatted(http.url("/stats")));
    }

    @AfterEach
    void tearDown() {
        dock.close();
        http.close();
    }

    private BaselineResult measure(OpenResult opened) {
        return dock.activities().measureBaseline(new GrantRequest("shop", "production", opened.grant()));
    }

    private WatchResult watch(OpenResult opened, List<SignedText> baseline) {
        dock.activities().deploy(dock.step(opened, 1));
        return dock.activities()
                .watch(new WatchRequest(
                        "shop", "production", opened.grant(), 2, List.of(), Duration.ofSeconds(2), baseline));
    }

    @Test
    void rollsBackWhatIsWorseThanItWas() throws Exception {
        OpenResult opened = dock.opened("1.1.0");
        BaselineResult before = measure(opened);
        assertThat(before.lines()).singleElement().asString().startsWith("baseline of errors: 10 (median of ");
        assertThat(before.warnings()).isEmpty();
        assertThat(asked).as("the old version was asked for").containsOnly("/stats/1.0.0");
        errors = 31;

        WatchResult result = watch(opened, before.baseline());

        assertThat(result.verdict()).isEqualTo("FAIL");
        assertThat(result.text()).startsWith("errors 31 > 30 (3x the baseline of 10) for ");
    }

    @Test
    void leavesAloneWhatIsAsItWas() throws Exception {
        OpenResult opened = dock.opened("1.1.0");
        BaselineResult before = measure(opened);
        errors = 29;

        WatchResult result = watch(opened, before.baseline());

        assertThat(result.verdict()).isEqualTo("PASS");
        assertThat(result.text()).contains("before the release 10");
    }

    @Test
    void neitherFailsNorPassesWithoutOne() throws Exception {
        status = 500;
        OpenResult opened = dock.opened("1.1.0");
        BaselineResult before = measure(opened);
        assertThat(before.lines()).isEmpty();
        assertThat(before.warnings())
                .singleElement()
                .asString()
                .startsWith("no baseline of errors (http")
                .contains("answered 500")
                .endsWith("a person will be asked about: errors > 3x baseline for 600ms");
        status = 200;
        errors = 1000;

        WatchResult result = watch(opened, before.baseline());

        assertThat(result.verdict()).isEqualTo("INCONCLUSIVE");
        assertThat(result.text()).startsWith("errors has no baseline to be compared with: http");
    }

    @Test
    void takesNoBaselineOfAnotherGrantAndNoneThatIsForged() throws Exception {
        OpenResult first = dock.opened("1.1.0");
        List<SignedText> kept = measure(first).baseline();
        dock.close(first.grant(), "FAILED");
        OpenResult second = dock.opened("1.2.0");
        SignedText forged = new SignedText(
                kept.get(0).text().replace(first.grant(), second.grant()),
                kept.get(0).signature());
        assertThat(forged.text()).contains(second.grant());

        assertThat(watch(second, kept).verdict()).isEqualTo("INCONCLUSIVE");
        assertThat(watch(second, List.of(forged)).verdict()).isEqualTo("INCONCLUSIVE");
    }

    @Test
    void measuresNoBeforeOnceSomethingHasBegun() throws Exception {
        OpenResult opened = dock.opened("1.1.0");
        dock.activities().deploy(dock.step(opened, 1));

        assertThatThrownBy(() -> measure(opened)).hasStackTraceContaining("the release has begun already");
        assertThatThrownBy(
                        () -> dock.activities().measureBaseline(new GrantRequest("shop", "production", "0".repeat(64))))
                .hasStackTraceContaining("no such grant is open");
    }
}
