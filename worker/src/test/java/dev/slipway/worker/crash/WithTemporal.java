package dev.slipway.worker.crash;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips where the {@code temporal} program is not on the PATH; in continuous integration that is an error instead. */
final class WithTemporal implements ExecutionCondition {

    private static final String MISSING = "the `temporal` program is not on the PATH: install Temporal's CLI"
            + " (https://docs.temporal.io/cli), this test kills its development server";

    static Optional<Path> program() {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(":")) {
            Path path = Path.of(folder.isEmpty() ? "." : folder).resolve("temporal");
            if (Files.isExecutable(path) && !Files.isDirectory(path)) {
                return Optional.of(path.toAbsolutePath());
            }
        }
        return Optional.empty();
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (program().isPresent()) {
            return ConditionEvaluationResult.enabled("the `temporal` program is there");
        }
        if ("true".equals(System.getenv("CI"))) {
            throw new ExtensionConfigurationException(MISSING);
        }
        return ConditionEvaluationResult.disabled(MISSING);
    }
}
