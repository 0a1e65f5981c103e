package dev.slipway.watching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.process.CommandRunner;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandSourceTest extends MetricSourceContract {

    @TempDir
    Path folder;

    private MetricSource running(String... argv) {
        return new CommandSource(
                "queue", List.of(argv), () -> folder, () -> Map.of("TOKEN", SECRET), new CommandRunner(), REDACT);
    }

    private MetricSource shell(String script) {
        return running("sh", "-c", script);
    }

    @Override
    MetricSource well() {
        return shell("echo counting; printf ' 12.5 \\n\\n'; echo 99 >&2");
    }

    @Override
    double figure() {
        return 12.5;
    }

    @Override
    List<MetricSource> withoutData() {
        return List.of(
                shell("true"),
                shell("echo"),
                shell("echo NaN"),
                shell("echo 1e999"),
                shell("echo 5%"),
                shell("echo 3; echo done"),
                shell("echo \"$TOKEN\""));
    }

    @Override
    List<MetricSource> nonsense() {
        return List.of(shell("echo 5; exit 3"), shell("echo \"$TOKEN\" >&2; exit 1"), shell("kill -9 $$"));
    }

    @Override
    MetricSource hanging() {
        return shell("sleep 60");
    }

    @Override
    MetricSource gone() {
        return running("./not-there");
    }

    @Test
    void saysTheLastWordsOfACommandThatFailed() {
        assertThat(why(measured(shell("echo \"no queue for $TOKEN\" >&2; exit 3"))))
                .isEqualTo("`sh` ended with exit code 3: no queue for ***");
    }
}
