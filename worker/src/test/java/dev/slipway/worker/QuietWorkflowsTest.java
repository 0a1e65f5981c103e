package dev.slipway.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.WorkflowsInMemory;
import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How many workflows stay in memory. */
class QuietWorkflowsTest {

    private static final String QUEUE = "waits";

    /** Waits until it is told to go. */
    @WorkflowInterface
    public interface Waits {
        @WorkflowMethod
        int run();

        @SignalMethod
        void poke();

        @SignalMethod
        void go();
    }

    public static final class WaitsImpl implements Waits {
        private int poked;
        private boolean gone;

        @Override
        public int run() {
            Workflow.await(() -> gone);
            return poked;
        }

        @Override
        public void poke() {
            poked++;
        }

        @Override
        public void go() {
            gone = true;
        }
    }

    private TestWorkflowEnvironment temporal;
    private WorkflowsInMemory workflows;

    @BeforeEach
    void setUp() {
        temporal = TestWorkflowEnvironment.newInstance();
        temporal.newWorker(QUEUE).registerWorkflowImplementationTypes(WaitsImpl.class);
        temporal.start();
        workflows = new WorkflowsInMemory(temporal.getWorkerFactory());
    }

    @AfterEach
    void tearDown() {
        temporal.close();
    }

    private List<Waits> started(int number) {
        List<Waits> all = IntStream.range(0, number)
                .mapToObj(each -> temporal.getWorkflowClient()
                        .newWorkflowStub(
                                Waits.class,
                                WorkflowOptions.newBuilder().setTaskQueue(QUEUE).build()))
                .toList();
        all.forEach(each -> WorkflowClient.start(each::run));
        await(() -> workflows.size() == number);
        return all;
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(end);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    @Test
    void fewStayWhereNothingHappensAndTheOthersGoOnAllTheSame() {
        List<Waits> all = started(12);
        all.forEach(Waits::poke);
        await(() -> workflows.hits() >= 12);

        try (QuietWorkflows quiet = new QuietWorkflows(workflows, 3)) {
            // one that is in a task at the moment stays
            await(() -> {
                quiet.look();
                return workflows.size() <= 3;
            });
        }

        all.forEach(Waits::go);
        assertThat(all)
                .allSatisfy(each -> assertThat(WorkflowStub.fromTyped(each).getResult(Integer.class))
                        .isEqualTo(1));
    }

    @Test
    void whatIsBusyStaysForTwoLooks() {
        List<Waits> all = started(8);
        try (QuietWorkflows quiet = new QuietWorkflows(workflows, 2)) {
            int before = workflows.hits();
            all.forEach(Waits::poke);
            await(() -> workflows.hits() >= before + 8);

            quiet.look();
            assertThat(workflows.size()).as("after a busy time").isEqualTo(8);
            quiet.look();
            assertThat(workflows.size()).as("after a moment of rest").isEqualTo(8);
            await(() -> {
                quiet.look();
                return workflows.size() == 2;
            });
        }
    }
}
