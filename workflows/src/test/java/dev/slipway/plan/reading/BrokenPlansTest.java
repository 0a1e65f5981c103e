package dev.slipway.plan.reading;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Plans that are wrong in one thing; the first line of each says where, and what is said about it. */
class BrokenPlansTest {

    private static final Pattern EXPECT = Pattern.compile("# expect: (\\d+):(\\d+) (.*)");

    static Stream<Path> plans() {
        return Shop.broken();
    }

    @ParameterizedTest
    @MethodSource("plans")
    void saysWhatIsWrongAtItsExactPlace(Path file) throws IOException {
        String text = Files.readString(file);
        Matcher expected = EXPECT.matcher(text.lines().findFirst().orElse(""));
        assertThat(expected.matches()).isTrue();
        PlanRequest request = new PlanRequest("production", "1.4.0", Shop.COMMIT);

        PlanReading reading = new PlanReader().read(new Shop(text), request);

        List<PlanProblem> problems = reading.problems().stream()
                .filter(problem -> !problem.what().startsWith("there is no environment"))
                .toList();
        assertThat(problems).as("%s", problems).hasSize(1);
        assertThat(problems.get(0).text())
                .startsWith("slipway.yaml:" + expected.group(1) + ":" + expected.group(2) + ": ")
                .contains(expected.group(3));
        assertThat(problems.get(0).next()).as("what to do next").isNotEmpty();
        assertThat(reading.plan()).isEmpty();
    }

    @Test
    void pointsAtTheValueInTheLine() {
        PlanProblem problem = new PlanReader()
                .problems(new Shop(Shop.plan("broken/quorum-too-high.yaml")), "slipway.yaml")
                .get(0);

        assertThat(problem.path()).isEqualTo("production.approval.quorum");
        String[] lines = problem.withSnippet().split("\n");
        assertThat(lines[1].charAt(lines[2].indexOf('^'))).isEqualTo('3');
    }

    @Test
    void neverRepeatsAPasswordOrAPrivateKey() {
        for (String plan : List.of("password-in-plan", "password-in-address", "private-key")) {
            PlanProblem problem = new PlanReader()
                    .problems(new Shop(Shop.plan("broken/" + plan + ".yaml")), "slipway.yaml")
                    .get(0);
            assertThat(problem.withSnippet()).doesNotContain("secret@").doesNotContain("b3BlbnNz");
        }
    }
}
