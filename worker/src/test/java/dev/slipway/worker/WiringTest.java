package dev.slipway.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.slipway.release.ReleaseActivities;
import dev.slipway.secrets.Redaction;
import dev.slipway.served.ServedEnvironments;
import dev.slipway.steps.StepObserver;
import io.temporal.activity.ActivityInterface;
import io.temporal.client.WorkflowClient;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class WiringTest {

    /** What no worker does is asked for again and again, until its time is over. */
    @Test
    void everyActivityHasAnImplementation() throws Exception {
        WorkflowServiceStubs nobody = WorkflowServiceStubs.newServiceStubs(WorkflowServiceStubsOptions.newBuilder()
                .setTarget("127.0.0.1:1")
                .build());
        Object[] all = Wiring.activities(
                ServedEnvironments.open(List.of(), new Redaction(), Clock.systemUTC()),
                WorkflowClient.newInstance(nobody),
                StepObserver.nobody(),
                false);
        nobody.shutdownNow();

        Set<String> asked = new ClassFileImporter()
                        .importUrl(ReleaseActivities.class
                                .getProtectionDomain()
                                .getCodeSource()
                                .getLocation())
                        .stream()
                        .filter(type -> type.isAnnotatedWith(ActivityInterface.class))
                        .map(JavaClass::getName)
                        .collect(Collectors.toSet());
        assertThat(asked).isNotEmpty();
        assertThat(Arrays.stream(all)
                        .flatMap(each -> Arrays.stream(each.getClass().getInterfaces()))
                        .map(Class::getName))
                .containsAll(asked);
    }
}
