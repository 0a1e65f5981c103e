package dev.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.environment.EnvironmentInput;
import dev.slipway.environment.EnvironmentWorkflow;
import dev.slipway.environment.Holder;
import dev.slipway.environment.Mirror;
import dev.slipway.evidence.EvidenceActivities.BackupState;
import dev.slipway.evidence.EvidenceActivities.Backups;
import dev.slipway.evidence.EvidenceActivities.Events;
import dev.slipway.evidence.EvidenceActivities.RecordedBackup;
import dev.slipway.evidence.LookUpWorkflow;
import dev.slipway.record.State;
import dev.slipway.release.Queues;
import dev.slipway.restore.RestoreWorkflow;
import dev.slipway.trust.EnvironmentKey;
import dev.slipway.trust.Json;
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
            worker.registerWorkflowImplementationFactory(
                    LookUpWorkflow.class,
                    () -> new ScriptedLookUp(
                            ScriptedLookUp.Evidence.none(),
                            new Events(List.of(), false),
                            new Backups(List.of(
                                    backup("main", "1.1.0", BackupState.THERE),
                                    backup("main", "1.0.0", BackupState.UNRECORDED)))),
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
        environment();
    }

    private void environment(Holder... holder) {
        WorkflowStub environment = stage.client.newUntypedWorkflowStub(
                "EnvironmentWorkflow",
                WorkflowOptions.newBuilder()
                        .setWorkflowId("environment:shop:production")
                        .setTaskQueue(Queues.WORKFLOWS)
                        .build());
        environment.start(new EnvironmentInput(
                "shop",
                "production",
                List.of(holder),
                List.of(),
                List.of(Mirror.of(41, "d".repeat(64), Instant.EPOCH, State.empty())),
                List.of()));
        environment.query("view", EnvironmentWorkflow.View.class);
    }

    @AfterEach
    void close() {
        stage.close();
    }

    private static RecordedBackup backup(String database, String version, BackupState state) {
        return new RecordedBackup(
                database,
                "s3://acme/shop-" + version + ".dump",
                Instant.EPOCH,
                version,
                "a".repeat(64),
                state,
                "",
                1000,
                "full read",
                "custom",
                List.of());
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
    void printsWhatToTypeNextWhereNothingIsSwitched() {
        Typed typed = desk.type("restore", "production", "--reason", ScriptedRestore.BESIDE);

        assertThat(typed.code()).as(typed.err()).isZero();
        assertThat(typed.out()).containsSubsequence("was restored", "    a line of it", "rows were copied back");
    }

    @Test
    void signsNothingForABackupThatTheRecordDoesNotKnow() {
        for (List<String> wanted :
                List.of(List.of("--of", "9.9.9"), List.of("--of", "1.0.0"), List.of("--backup", "shop-9.9.9"))) {
            Typed typed = desk.type("restore", "production", wanted.get(0), wanted.get(1), "--reason", "the import");

            assertThat(typed.code()).as(typed.err()).isEqualTo(2);
            assertThat(typed.err())
                    .contains(
                            wanted.get(0).equals("--of")
                                    ? "no backup of main was taken before '" + wanted.get(1) + "'; nothing was signed"
                                    : "the record of shop/production knows no backup 'shop-9.9.9' of main; nothing was signed")
                    .contains("`slipway backups shop/production` lists those that there are");
        }
        assertThat(taken()).isEmpty();

        assertThat(desk.type("restore", "production", "--backup", "shop-1.1.0", "--reason", "the import")
                        .code())
                .isEqualTo(16);
    }

    @Test
    void startsNothingWithTheWrongWordOrWithoutAReason() {
        Typed wrong = desk.type("restore", "production", "--confirm", "confirm", "--reason", "x", "--yes");
        assertThat(wrong.code()).isEqualTo(2);
        assertThat(wrong.err()).contains("the plan asks for the word 'CONFIRM'", "leave it out to see first");
        assertThat(desk.type("restore", "production", "--confirm", "CONFIRM", "--yes")
                        .code())
                .isEqualTo(2);
        assertThat(taken()).isEmpty();
    }

    @Test
    void showsWhatWouldBeLostBeforeItAsksForTheWord() throws Exception {
        Typed first = desk.type("restore", "production", "--of", "1.1.0", "--reason", "the import", "--yes");
        assertThat(first.code()).as(first.err()).isEqualTo(16);
        assertThat(first.err()).contains("LOST      public.orders: 12 rows added since then are LOST");
        String command = "slipway restore shop/production --of 1.1.0 --reason 'the import' --confirm CONFIRM";
        assertThat(first.out()).contains("nothing is switched yet", "to give it: `" + command + "`");
        assertThat(taken()).hasSize(1);

        Typed json = desk.type("restore", "production", "--of", "1.1.0", "-o", "json");
        assertThat(json.code()).isEqualTo(16);
        JsonNode waits = Json.mapper().readTree(json.out());
        assertThat(waits.path("command").asText())
                .isEqualTo("slipway restore shop/production --of 1.1.0 --reason WHY --confirm CONFIRM");
        assertThat(waits.path("comparison").path("lost").get(0).asText()).contains("12 rows");
        assertThat(waits.path("exitCode").asInt()).isEqualTo(16);
        assertThat(taken()).hasSize(1);

        Typed said = desk.type(
                "restore", "shop/production", "--of", "1.1.0", "--reason", "the import", "--confirm", "CONFIRM");
        assertThat(said.code()).as(said.err()).isZero();
        assertThat(taken()).hasSize(2);
    }

    @Test
    void namesTheOthersToWhoseOwnYesWouldNotCount() throws Exception {
        Path plan = desk.checkout.resolve("slipway.yaml");
        Files.writeString(plan, Files.readString(plan).replace("{switch: copy, by: [ana]}", "{switch: copy}"));

        Typed typed = desk.as("ben")
                .type("restore", "production", "--of", "1.1.0", "--reason", "the import", "--confirm", "CONFIRM");

        assertThat(typed.code()).as(typed.err()).isEqualTo(16);
        assertThat(typed.err()).contains("LOST      public.orders: 12 rows added since then are LOST");
        assertThat(typed.out())
                .contains(
                        "that of 'ben' does not count, so ana types" + " `slipway restore shop/production --of 1.1.0`")
                .doesNotContain("--confirm");
        assertThat(taken()).as("the wish alone").hasSize(1);
    }

    @Test
    void listsARestoreThatWaitsForAYes() {
        desk.type("restore", "production", "--reason", "the import");

        assertThat(desk.type("waiting").out())
                .contains("shop/production@restore-1a2b3c4d  asked by ana", "waits for a yes of ana to the restore");
        String run = stage.client
                .newUntypedWorkflowStub("restore:shop:production")
                .describe()
                .getExecution()
                .getRunId();
        stage.client.newUntypedWorkflowStub("environment:shop:production").terminate("another view of it");
        environment(new Holder("restore:shop:production", run, "restore-1a2b3c4d", true, Instant.EPOCH));
        assertThat(desk.type("status", "production").out())
                .contains("waits      restore-1a2b3c4d for a yes of ana to the restore");
        assertThat(desk.type("waiting", "--for", "ben").out()).contains("no release and no restore waits");
    }

    @Test
    void saysOfARestoreThatNobodyAnswersForThatItMayWait() throws Exception {
        desk.type("restore", "production", "--reason", "the import");
        String request = taken().get(0).id();
        String name = "shop/production@restore-" + request.substring(0, 8);
        String run = stage.client
                .newUntypedWorkflowStub("restore:shop:production")
                .describe()
                .getExecution()
                .getRunId();
        stage.client.newUntypedWorkflowStub("environment:shop:production").terminate("another view of it");
        environment(new Holder("restore:shop:production", run, "restore", true, Instant.EPOCH));
        stage.withoutWorker();
        String why = "no worker answers for restore:shop:production; look at the worker's log";

        Typed waiting = desk.type("waiting", "--for", "ben");
        assertThat(waiting.code()).as(waiting.err()).isZero();
        assertThat(waiting.out().lines())
                .containsExactly(
                        "no release waits for a person",
                        name + "  asked by ana; whether it waits for a yes is not known: " + why);
        JsonNode waits =
                Json.mapper().readTree(desk.type("waiting", "-o", "json").out());
        assertThat(waits).singleElement().satisfies(each -> {
            assertThat(each.path("unanswered").asText()).isEqualTo(why);
            assertThat(each.path("request").asText()).isEqualTo(request);
            assertThat(each.path("who")).isEmpty();
        });
        assertThat(desk.type("waiting", "shop/staging").out()).contains("no release and no restore waits");
        assertThat(desk.type("status", "production").out())
                .containsOnlyOnce("  UNKNOWN    restore-" + request.substring(0, 8)
                        + ": whether it waits for a yes is not known: " + why);
        JsonNode status = Json.mapper()
                .readTree(desk.type("status", "production", "-o", "json").out());
        assertThat(status.path(0).path("unanswered").path(0).path("unanswered").asText())
                .isEqualTo(why);
        assertThat(status.path(0).path("holder").path(0).path("workflow").asText())
                .isEqualTo("restore:shop:production");
    }

    @Test
    void leavesOutWhatSomebodyElseHasStartedInTheNameOfARestore() {
        desk.type("restore", "production", "--reason", "the import");
        stage.client
                .newUntypedWorkflowStub(
                        "RestoreWorkflow",
                        WorkflowOptions.newBuilder()
                                .setWorkflowId("restore:shop:staging")
                                .setTaskQueue("nobody's")
                                .build())
                .start("no input of ours");

        Typed waiting = desk.type("waiting");

        assertThat(waiting.code()).as(waiting.err()).isZero();
        assertThat(waiting.out())
                .contains("shop/production@restore-1a2b3c4d  asked by ana")
                .doesNotContain("staging");
    }

    @Test
    void endsARestoreThatWaitsByASignedNo() {
        desk.type("restore", "production", "--reason", "the import");
        assertThat(desk.type("restore", "production", "--cancel").code()).isEqualTo(2);
        assertThat(taken()).hasSize(1);

        Typed typed = desk.type("restore", "production", "--cancel", "--reason", "the wrong one");

        assertThat(typed.code()).as(typed.err()).isZero();
        assertThat(typed.out()).contains("rejected by ana");
        Statement no = taken().get(1);
        assertThat(no.kind()).isEqualTo(Kind.REJECT);
        assertThat(no.about()).isEqualTo(taken().get(0).id());
        assertThat(no.version())
                .as("whatever the report calls it, which nobody signed")
                .isEqualTo("restore-" + taken().get(0).id().substring(0, 8))
                .isNotEqualTo("restore-1a2b3c4d");
    }

    @Test
    void endsNothingElseThanWhatIsUnderWay() {
        desk.type("restore", "production", "--reason", "the import");
        Typed drill = desk.type("restore", "production", "--drill", "--cancel", "--reason", "the wrong one");
        assertThat(drill.code()).isEqualTo(2);
        assertThat(drill.err()).contains("and no drill; leave out --drill");
        for (String option :
                List.of("--of=1.0.0", "--backup=1.0.0", "--last-succeeded", "--database=main", "--tables=a")) {
            Typed typed = desk.type("restore", "production", "--cancel", "--reason", "the wrong one", option);
            assertThat(typed.code()).as(option).isEqualTo(2);
            assertThat(typed.err()).contains("leave out what says which backup, database or tables");
        }
        assertThat(taken()).hasSize(1);
    }

    @Test
    void endsNothingWhereNothingIsUnderWay() {
        Typed typed = desk.type("restore", "production", "--cancel");
        assertThat(typed.code()).isEqualTo(2);
        assertThat(typed.err()).contains("no restore of shop/production is under way");
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
            assertThat(typed.out()).doesNotContain("is under way already");
            assertThat(typed.code()).as(typed.err()).isEqualTo(17);
            assertThat(typed.err())
                    .contains(
                            "'ana' asked for `slipway restore shop/production --of 1.1.0 --tables orders,notes`",
                            "slipway restore shop/production --cancel --reason WHY");
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
        assertThat(typed.out().lines())
                .containsExactly(
                        "restored in 3 s (shop/production@drill-1a2b3c4d, confirmed by the environment's key)",
                        "RTO 3.3 s, 1234 bytes (the plan asks for 1h)",
                        "RPO 5h12m, the age of the newest backup that was meant (the plan asks for no rpo)",
                        "this machine has no locale");
        assertThat(taken().get(0).what()).isEqualTo("{\"drill\":true}");
        assertThat(taken().get(0).about()).isEmpty();
        key.set(EnvironmentKey.generate("somebody"));
        assertThat(desk.type("restore", "production", "--drill").code()).isEqualTo(19);
    }

    @Test
    void tellsWhatADrillMeasuredAlsoWhereItIsNotEnough() {
        Typed typed = desk.type("restore", "production", "--drill", "--reason", "too slow");

        assertThat(typed.code()).isEqualTo(10);
        assertThat(typed.err()).containsOnlyOnce("restored in 3 s");
        assertThat(typed.out().lines())
                .containsExactly(
                        "RTO 3.3 s, 1234 bytes (the plan asks for 1h)",
                        "RPO 5h12m, the age of the newest backup that was meant (the plan asks for no rpo)",
                        "this machine has no locale");
    }

    @Test
    void givesWhatADrillMeasuredAsOneObject() throws Exception {
        Typed typed = desk.type("restore", "production", "--drill", "-o", "json");

        assertThat(typed.code()).as(typed.err()).isZero();
        JsonNode drill = Json.mapper().readTree(typed.out());
        assertThat(drill.path("drill").asText()).isEqualTo("shop/production@drill-1a2b3c4d");
        assertThat(drill.path("confirmed").asBoolean()).isTrue();
        assertThat(drill.path("exitCode").asInt()).isZero();
        assertThat(drill.path("measured").path("seconds").asDouble()).isEqualTo(3.3);
        assertThat(drill.path("measured").path("ageSeconds").asLong()).isEqualTo(18_720);
        assertThat(drill.path("measured").path("rto").asText()).isEqualTo("1h");
    }

    @Test
    void showsTheJournalOfADrillAndOfARestoreByItsName() {
        desk.type("restore", "production", "--drill");
        String id = stage.script.taken().get(0).id().substring(0, 8);

        for (String name : List.of("shop/production@drill-" + id, "drill-" + id, "shop/production@drill")) {
            Typed typed = desk.type("logs", name);
            assertThat(typed.code()).as(typed.err()).isZero();
            assertThat(typed.out()).contains("restored in 3 s", "    | a line of it");
        }
        assertThat(desk.type("watch", "shop/production@drill-" + id).out()).contains("RTO 3.3 s");
        assertThat(desk.type("logs", "shop/production@drill-00000000").err())
                .contains("knows no drill 'shop/production@drill-00000000', and no release of that name");
        assertThat(desk.type("logs", "shop/production@restore-00000000").err()).contains("knows no restore '");
        assertThat(desk.type("logs", "shop/production@6.6.6").err()).contains("knows no release '");
        desk.type("restore", "production", "--confirm", "CONFIRM", "--reason", "the import", "--yes");
        assertThat(desk.type("logs", "shop/production@restore").out()).contains("was restored");
    }
}
