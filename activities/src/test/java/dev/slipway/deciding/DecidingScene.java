package dev.slipway.deciding;

import dev.slipway.record.Event;
import dev.slipway.record.Policy;
import dev.slipway.release.Dock;
import dev.slipway.trust.Kind;
import dev.slipway.trust.SignedStatement;
import dev.slipway.trust.Statement;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A served environment in a harbour of its own, and what people say about it. */
abstract class DecidingScene {

    @TempDir
    Path folder;

    Dock dock;

    @BeforeEach
    void open() throws Exception {
        dock = new Dock(folder);
        dock.files();
        dock.serve(Dock.NO_FLOOR);
    }

    @AfterEach
    void close() {
        dock.close();
    }

    SignedStatement word(Kind kind, String by, String about, Object what) throws Exception {
        return word(kind, by, about, "", what);
    }

    SignedStatement word(Kind kind, String by, String about, String version, Object what) throws Exception {
        Dock.Draft draft = dock.word(kind, by, about);
        draft.confirm = "";
        draft.version = version;
        draft.what = Statement.what(what);
        return draft.signed();
    }

    Instant in(Duration time) {
        return dock.clock.instant().plus(time).truncatedTo(ChronoUnit.SECONDS);
    }

    Event last() {
        return dock.served().record().head().entry().event();
    }

    Policy policy(int quorum, String... from) {
        return new Policy(
                Policy.FORMAT,
                Map.of(),
                List.of(from),
                quorum,
                List.of("requester"),
                List.of(),
                false,
                false,
                true,
                Duration.ZERO);
    }

    SignedStatement policyBy(String by, Policy policy) throws Exception {
        return word(Kind.POLICY, by, dock.state().policy(), Map.of("policy", policy));
    }
}
