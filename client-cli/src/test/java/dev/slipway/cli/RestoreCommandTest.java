package dev.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.environment.EnvironmentInput;
import dev.slipway.environment.EnvironmentWorkflow;
import dev.slipway.environment.Mirror;
import dev.slipway.record.State;
import dev.slipway.release.Queues;
import dev.slipway.restore.RestoreWorkflow;
import dev.slipway.trust.EnvironmentKey;
import dev.slipway.trust.Kind;
import dev.slipway.trust.Statement;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.worker.WorkflowImplementationOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestoreCommandTest {

    @TempDir
    Path folder;

    private final AtomicReference<EnvironmentKey> key = new AtomicReference<>();
    private final AtomicReference<Script> script = new AtomicReference<>();
    private final AtomicReference<String> request = new AtomicReference<>("");
    private Stage stage;
    private Desk desk;

    @BeforeEach
    void open() throws Exception {
        stage = new Stage(worker -> {
            worker.registerWorkflowImplementationFactory(
                    EnvironmentWorkflow.class,
                    arguments -> new ScriptedEnvironment(arguments.get(0, EnvironmentInput.class), script.get()),
                    WorkflowImplementationOptions.getDefaultInstance());
            worker.registerWorkflowImplementationFactory(
                    RestoreWorkflow.class,
                    arguments -> new ScriptedRestore(
                            arguments.get(0, RestoreWorkflow.RestoreInput.class),
                            script.get(),
                            key::get,
                            request.get()),
                    WorkflowImplementationOptions.getDefaultInstance());
        });
        script.set(stage.script);
        stage.withWorker();
        desk = new Desk(folder, stage.address);
        Path plan = desk.checkout.resolve("slipway.yaml");
        Files.writeString(
                plan,
                Files.readString(plan)
                        .replace("environments:\n", "secrets: [DATABASE_URL]\nenvironments:\n")
                        .replace(
                                "    deploy:\n",
                                "    databases:\n      main: {url: $DATABASE_URL, restore: {switch: copy, by: [ana]}}\n"
                                        + "    deploy:\n"));
        key.set(desk.environmentKey);
        stage.script.signedBy(desk.environmentKey);
        WorkflowStub environment = stage.client.newUntypedWorkflowStub(
                "EnvironmentWorkflow",
                WorkflowOptions.newBuilder()
                        .setWorkflowId("environment:shop:production")
                        .setTaskQueue(Queues.WORKFLOWS)
                        .build());
        environment.start(new EnvironmentInput(
                "shop",
                "production",
                List.of(),
                List.of(),
                List.of(Mirror.of(41, "d".repeat(64), Instant.EPOCH, State.empty())),
                List.of()));
        environment.query("view", EnvironmentWorkflow.View.class);
    }

    @AfterEach
    void close() {
        stage.close();
    }

    private List<Statement> taken() {
        return stage.script.taken().stream()
                .map(signed -> signed.statement().orElseThrow())
                .toList();
    }

    @Test
    void showsWhatWouldBeLostAndSignsThatVeryComparison() {
        Typed typed = desk.type(
                "restore", "production", "--of", "1.1.0", "--confirm", "CONFIRM", "--reason", "the import", "--yes");

        assertThat(typed.code()).as(typed.err()).isZero();
        assertThat(typed.err()).contains("LOST      public.orders: 12 rows added since then are LOST", "before 1.1.0");
        assertThat(typed.out()).contains("rows were copied back (confirmed by the environment's key)");
        Statement wish = taken().get(0);
        Statement yes = taken().get(1);
        assertThat(wish.kind()).isEqualTo(Kind.RESTORE);
        assertThat(wish.what()).isEqualTo("{\"of\":\"1.1.0\"}");
        assertThat(wish.about()).isEqualTo(State.empty().base());
        assertThat(yes.about()).isEqualTo(ScriptedRestore.comparison(wish.id()).hash());
        assertThat(yes.version()).isEqualTo("restore-1a2b3c4d");
        assertThat(yes.confirm()).isEqualTo("CONFIRM");
    }

    @Test
    void startsNothingWhereNobodyCanTypeTheWord() {
        Typed without = desk.type("restore", "production", "--reason", "the import", "--yes");
        assertThat(without.code()).isEqualTo(2);
        assertThat(without.err()).contains("the plan asks for the word 'CONFIRM'");
        assertThat(desk.type("restore", "production", "--confirm", "confirm", "--reason", "x", "--yes")
                        .code())
                .isEqualTo(2);
        assertThat(desk.type("restore", "production", "--confirm", "CONFIRM", "--yes")
                        .code())
                .isEqualTo(2);
        assertThat(taken()).isEmpty();
    }

    @Test
    void startsNothingForWhoMayNot() {
        Typed typed =
                desk.as("ben").type("restore", "production", "--confirm", "CONFIRM", "--reason", "the import", "--yes");
        assertThat(typed.code()).isEqualTo(17);
        assertThat(typed.err()).contains("'ben' is not among those who may restore: [ana]");
        assertThat(taken()).isEmpty();
    }

    @Test
    void signsNothingThatTheEnvironmentsKeyDidNotSign() {
        key.set(EnvironmentKey.generate("somebody"));
        Typed typed = desk.type("restore", "production", "--confirm", "CONFIRM", "--reason", "the import", "--yes");
        assertThat(typed.code()).isEqualTo(19);
        assertThat(typed.err()).contains("nothing was signed");
        assertThat(taken()).hasSize(1);
    }

    @Test
    void signsNoComparisonOfAnotherRestore() {
        request.set("f".repeat(64));
        Typed typed = desk.type("restore", "production", "--confirm", "CONFIRM", "--reason", "the import", "--yes");
        assertThat(typed.code()).isEqualTo(19);
        assertThat(typed.err()).contains("the comparison is about another restore than this one");
    }

    @Test
    void typesTheWordAfterReadingWhatIsLost() {
        Typed typed = desk.answering("the import", "no").type("restore", "production");
        assertThat(typed.code()).isEqualTo(17);
        assertThat(typed.err()).contains("LOST", "Type CONFIRM", "the word 'CONFIRM', exactly so");
        // it still waits: the same command shows it again
        Typed again = desk.answering("the import", "CONFIRM").type("restore", "production");
        assertThat(again.code()).as(again.err()).isZero();
        assertThat(again.out()).contains("is under way already");
        assertThat(taken()).hasSize(2);
    }

    @Test
    void joinsNoRestoreThatIsAnotherOne() {
        assertThat(desk.answering("the import", "no")
                        .type("restore", "production", "--of", "1.1.0", "--tables", "orders,notes")
                        .code())
                .isEqualTo(17);
        for (String[] other : List.of(
                new String[] {},
                new String[] {"--of", "1.1.0"},
                new String[] {"--of", "1.0.0", "--tables", "orders,notes"},
                new String[] {"--backup", "1.1.0", "--tables", "orders,notes"})) {
            Typed typed = desk.type(Stream.concat(
                            Stream.of(
                                    "restore", "production", "--confirm", "CONFIRM", "--reason", "the import", "--yes"),
                            Stream.of(other))
                    .toArray(String[]::new));
            assertThat(typed.code()).as(typed.err()).isEqualTo(17);
            assertThat(typed.err())
                    .contains(
                            "'ana' asked for `slipway restore shop/production --of 1.1.0 --tables orders,notes`",
                            "slipway restore shop/production --cancel");
        }
        assertThat(taken()).hasSize(1);
        Typed same = desk.type(
                "restore",
                "production",
                "--database",
                "main",
                "--of",
                "1.1.0",
                "--tables",
                "notes,orders",
                "--confirm",
                "CONFIRM",
                "--reason",
                "the import",
                "--yes");
        assertThat(same.code()).as(same.err()).isZero();
    }

    @Test
    void asksAtATerminalAlsoWhereTheWordWasGivenBefore() {
        Typed typed =
                desk.answering("n").type("restore", "production", "--confirm", "CONFIRM", "--reason", "the import");
        assertThat(typed.code()).isEqualTo(17);
        assertThat(typed.err()).contains("LOST", "Switch 'main' of shop/production", "nothing was signed");
        assertThat(taken()).hasSize(1);
    }

    @Test
    void believesADrillOnlyFromTheEnvironmentsKey() {
        Typed typed = desk.as("ben").type("restore", "production", "--drill");
        assertThat(typed.code()).as(typed.err()).isZero();
        assertThat(typed.out()).contains("restored in 3 s (confirmed by the environment's key)");
        assertThat(taken().get(0).what()).isEqualTo("{\"drill\":true}");
        assertThat(taken().get(0).about()).isEmpty();
        key.set(EnvironmentKey.generate("somebody"));
        assertThat(desk.type("restore", "production", "--drill").code()).isEqualTo(19);
    }
}
