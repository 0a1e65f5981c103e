package dev.slipway.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.worker.demo.DemoCommand;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Command;

/** How long the demo takes is one truth. */
final class DemoTimeTest {

    @Test
    void theHelpSaysWhatTheReadmeSays() {
        String help =
                String.join(" ", DemoCommand.class.getAnnotation(Command.class).description());
        String takes = help.replaceFirst(".*Takes ", "takes ").replaceFirst("\\.$", "");

        assertThat(takes).startsWith("takes ");
        assertThat(Documentation.here().text("README.md").replaceAll("\\s+", " "))
                .contains(takes + " and leaves nothing behind");
    }
}
