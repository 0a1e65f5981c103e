package dev.slipway.release;

import dev.slipway.deciding.Deciding;
import dev.slipway.deploy.Deployers;
import dev.slipway.environment.EnvironmentActivities.DecideRequest;
import dev.slipway.environment.EnvironmentActivities.DecideResult;
import dev.slipway.environment.Turns;
import dev.slipway.http.HttpClients;
import dev.slipway.ledger.Head;
import dev.slipway.ledger.RecordPlace;
import dev.slipway.ledger.RetiredKey;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.plan.reading.PlanReader;
import dev.slipway.plan.reading.PlanReading;
import dev.slipway.plan.reading.PlanRequest;
import dev.slipway.plan.reading.PlanSource;
import dev.slipway.process.CommandRunner;
import dev.slipway.process.Pulse;
import dev.slipway.record.Policy;
import dev.slipway.record.SignedText;
import dev.slipway.record.State;
import dev.slipway.release.ReleaseActivities.CloseRequest;
import dev.slipway.release.ReleaseActivities.CloseResult;
import dev.slipway.release.ReleaseActivities.OpenRequest;
import dev.slipway.release.ReleaseActivities.OpenResult;
import dev.slipway.release.ReleaseActivities.OpenRollbackRequest;
import dev.slipway.release.ReleaseActivities.PreflightRequest;
import dev.slipway.release.ReleaseActivities.PreflightResult;
import dev.slipway.release.ReleaseActivities.ReviewRequest;
import dev.slipway.release.ReleaseActivities.ReviewResult;
import dev.slipway.release.ReleaseActivities.StepRequest;
import dev.slipway.restore.RestoreActivities;
import dev.slipway.restore.RestoreActivitiesImpl;
import dev.slipway.secrets.Redaction;
import dev.slipway.secrets.SecretFile;
import dev.slipway.secrets.SecretSource;
import dev.slipway.served.Served;
import dev.slipway.served.ServedEnvironment;
import dev.slipway.served.ServedEnvironments;
import dev.slipway.steps.PulseInterceptor;
import dev.slipway.steps.StepObserver;
import dev.slipway.trust.EnvironmentKey;
import dev.slipway.trust.Kind;
import dev.slipway.trust.Lane;
import dev.slipway.trust.Namespace;
import dev.slipway.trust.SignedStatement;
import dev.slipway.trust.SshPublicKey;
import dev.slipway.trust.Statement;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.testing.TestActivityEnvironment;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.worker.WorkerFactoryOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The activities of one environment, to be called as somebody with full access to Temporal calls them: in any order, with
 * any input. Scripts, keys, signatures, record and child processes are real; there is no workflow.
 */
public final class Dock implements AutoCloseable {

    /** Switches a version by writing it to {@code $LIVE}, and keeps a history of what it did. */
    public static final String SWITCH = """
            #!/usr/bin/env bash
            set -eu
            if [ "$1" = --current ]; then [ ! -e "$LIVE" ] || cat "$LIVE"; exit 0; fi
            echo "switching to $1"
            echo "$1" > "$LIVE.new"; mv "$LIVE.new" "$LIVE"; echo "$1" >> "$LIVE.history"
            """;

    public static final Policy NO_FLOOR = Policy.floor(0, false, true);

    public static Policy withHotfixes() {
        return new Policy(
                Policy.FORMAT, Map.of(), List.of(), 0, List.of(), List.of(), true, false, true, Duration.ZERO);
    }

    public final Path home;
    private final String environment;
    public final Path source;
    public final AdjustableClock clock = new AdjustableClock();
    private final Map<String, EnvironmentKey> keys = new HashMap<>();
    private final Map<String, SshPublicKey> publicKeys = new LinkedHashMap<>();
    private final Map<String, SecretSource> secrets = new HashMap<>();
    private final List<TestActivityEnvironment> temporals = new ArrayList<>();
    private final Map<String, List<String>> hosts = new HashMap<>();
    private final Map<String, ServedEnvironment.Other> others = new HashMap<>();
    private final List<RetiredKey> retired = new ArrayList<>();
    private String recoveryKey = "";
    private Turns turns = (service, environment, mirror) -> false;
    private Optional<RecordPlace> record = Optional.empty();
    private Optional<RecordPlace> backups = Optional.empty();
    private String machine = "state";
    private ServedEnvironments environments;
    private ReleaseActivities activities;
    private WordActivities words;
    private RestoreActivities restores;
    private TestActivityEnvironment temporal;

    public Dock(Path home) throws Exception {
        this(home, "production");
    }

    public Dock(Path home, String environment) throws Exception {
        this.home = home;
        this.environment = environment;
        this.source = Files.createDirectories(home.resolve("source"));
        for (String person : List.of("ana", "ben", "cleo", "mallory")) {
            key(person);
        }
        EnvironmentKey.generate("shop/" + environment).write(home.resolve("environment.key"));
        serve(NO_FLOOR);
    }

    /**
     * Makes a key pair under a name; the name may be used for signing. Without ssh-keygen, which would be several processes
     * in each of hundreds of tests; that its signatures count is shown where a whole release is.
     */
    public SshPublicKey key(String name) {
        EnvironmentKey pair = EnvironmentKey.generate(name);
        keys.put(name, pair);
        publicKeys.put(name, pair.publicKey());
        return pair.publicKey();
    }

    public SshPublicKey publicKey(String name) {
        return publicKeys.get(name);
    }

    public Path secret(String name, String value) throws IOException {
        Path file = home.resolve(name + ".secret");
        Files.writeString(file, value);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        secrets.put(name, new SecretFile(file));
        return file;
    }

    /** Somebody's key may stand in for the quorum, from the next worker on. */
    public void recovery(String name) throws Exception {
        recoveryKey = key(name).line();
    }

    /** The environment has another key, and its former one signs nothing after the newest entry, from the next worker on. */
    public void changeKey() throws Exception {
        Head last = served().record().head();
        retired.add(new RetiredKey(served().key().publicKey(), last.entry().number(), last.hash()));
        Files.delete(home.resolve("environment.key"));
        EnvironmentKey.generate("shop/" + environment).write(home.resolve("environment.key"));
    }

    /** Whom a close tells that the turn is free, from the next worker on. */
    public void turns(Turns told) {
        turns = told;
    }

    /** The record lies elsewhere, from the next worker on. */
    public void record(RecordPlace place) {
        record = Optional.of(place);
    }

    /** Backups are kept elsewhere, from the next worker on. */
    public void backups(RecordPlace place) {
        backups = Optional.of(place);
    }

    /** The next worker runs on a machine that has seen nothing yet. */
    public void anotherMachine(String name) {
        machine = name;
    }

    /** A secret may go there before a release is opened, from the next worker on. */
    public void mayGo(String secret, String host) {
        hosts.put(secret, List.of(host));
    }

    /** Another environment's record may be read, from the next worker on. */
    public void other(String environment, ServedEnvironment.Other other) {
        others.put(environment, other);
    }

    public void serve(Policy floor) throws Exception {
        serve(floor, new ServedEnvironment.Source.Directory(source), Map.of(), StepObserver.nobody());
    }

    /** Starts a worker over the same record, key and state. */
    public void serve(
            Policy floor, ServedEnvironment.Source from, Map<String, List<String>> people, StepObserver observer)
            throws Exception {
        environments = ServedEnvironments.open(
                List.of(new ServedEnvironment(
                        "shop",
                        environment,
                        from,
                        new ServedEnvironment.Keys(home.resolve("environment.key"), retired),
                        new ServedEnvironment.Floor(floor.withPeople(people), recoveryKey),
                        new ServedEnvironment.SecretPlaces(secrets, hosts),
                        new ServedEnvironment.Storage(
                                record.orElse(new RecordPlace.Directory(home.resolve("store"))),
                                Map.of("backups", backups.orElse(new RecordPlace.Directory(home.resolve("backups")))),
                                home.resolve(machine)),
                        others)),
                new Redaction(),
                clock);
        temporal = TestActivityEnvironment.newInstance(TestEnvironmentOptions.newBuilder()
                .setWorkflowClientOptions(WorkflowClientOptions.newBuilder()
                        .setDataConverter(Converter.dataConverter())
                        .build())
                .setWorkerFactoryOptions(WorkerFactoryOptions.newBuilder()
                        .setWorkerInterceptors(new PulseInterceptor(), new WaitedFor())
                        .build())
                .build());
        temporals.add(temporal);
        temporal.registerActivitiesImplementations(
                new ReleaseActivitiesImpl(environments, turns, observer, () -> false),
                new WordActivitiesImpl(environments),
                new RestoreActivitiesImpl(environments, observer));
        words = temporal.newActivityStub(WordActivities.class);
        activities = temporal.newActivityStub(ReleaseActivities.class);
        restores = temporal.newActivityStub(RestoreActivities.class);
    }

    /** Starts another worker over the same record, key and state, without a floor. */
    public void serveAgain(StepObserver observer) {
        try {
            serve(NO_FLOOR, new ServedEnvironment.Source.Directory(source), Map.of(), observer);
        } catch (Exception e) {
            throw new IllegalStateException("no other worker could be started", e);
        }
    }

    public WordActivities words() {
        return words;
    }

    public ReleaseActivities activities() {
        return activities;
    }

    public RestoreActivities restores() {
        return restores;
    }

    public TestActivityEnvironment temporal() {
        return temporal;
    }

    /** What the newest worker serves. */
    public ServedEnvironments environments() {
        return environments;
    }

    public Served served() {
        return environments.find("shop", environment).orElseThrow();
    }

    public State state() {
        return served().record().head().state();
    }

    /** The folder that holds the entries. */
    public Path entries() {
        return home.resolve("store/record/shop/" + environment);
    }

    public String live() throws IOException {
        Path file = home.resolve("live");
        return Files.exists(file) ? Files.readString(file).strip() : "";
    }

    /** Every switch that the script did, oldest first. */
    public List<String> history() throws IOException {
        Path file = home.resolve("live.history");
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    public void script(String text) throws IOException {
        Path script = source.resolve("switch");
        Files.writeString(script, text);
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** A plan with one target, approved by one of ana, ben and cleo. */
    public void files() throws IOException {
        files("");
    }

    /** @param more lines of the environment, indented by four */
    public void files(String more) throws IOException {
        files(
                "{from: [ana, ben, cleo], quorum: 1, not: [requester], expires: 12h, confirm: CONFIRM, reason: required}",
                more);
    }

    public void files(String approval, String more) throws IOException {
        script(SWITCH);
        StringBuilder people = new StringBuilder();
        for (String person : List.of("ana", "ben", "cleo")) {
            people.append("  ")
                    .append(person)
                    .append(": [")
                    .append(publicKeys.get(person).line())
                    .append(
                            publicKeys.containsKey(person + "-2")
                                    ? ", " + publicKeys.get(person + "-2").line()
                                    : "")
                    .append("]\n");
        }
        Files.writeString(
                source.resolve("slipway.yaml"),
                "slipway: 1\nservice: shop\nsource: {directory: .}\npeople:\n" + people
                        + (secrets.isEmpty() ? "" : "secrets: [" + String.join(", ", secrets.keySet()) + "]\n")
                        + "environments:\n  " + environment + ":\n    approval: " + approval + "\n"
                        + """
                            deploy:
                              - name: web
                                command: {deploy: [./switch, '${version}'], current: [./switch, --current], roll-back: [./switch, '${previous}']}
                                config: {LIVE: %s}
                            rollback: {by: [ana], confirm: CONFIRM, reason: required}
                        """.formatted(home.resolve("live")).indent(0) + more);
    }

    public void edit(String file, String from, String to) throws IOException {
        Path path = source.resolve(file);
        String text = Files.readString(path);
        if (!text.contains(from)) {
            throw new IllegalArgumentException("'" + from + "' does not stand in " + file);
        }
        Files.writeString(path, text.replace(from, to));
    }

    public ReleasePlan plan(String version) {
        return plan(PlanSource.directory(source), version, "", environment);
    }

    public static ReleasePlan plan(PlanSource files, String version, String commit) {
        return plan(files, version, commit, "production");
    }

    private static ReleasePlan plan(PlanSource files, String version, String commit, String environment) {
        PlanReading reading = new PlanReader().read(files, new PlanRequest(environment, version, commit));
        return reading.plan()
                .orElseThrow(() -> new IllegalStateException(reading.problems().toString()));
    }

    /** A statement about a whole release, as an honest client would make it; a test changes what it wants to forge. */
    public final class Draft {
        public Kind kind;
        public String service = "shop";
        public String environment = Dock.this.environment;
        public String version = "";
        public String plan = "";
        public Lane lane = Lane.NORMAL;
        public String steps = "all";
        public String about = "";
        public String what = "";
        public String by;
        public String key;
        public Instant time = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        public Duration lasts = Duration.ofHours(1);
        public String confirm = "CONFIRM";
        public String reason = "looks good";
        public List<String> ticked = List.of();

        private Draft(Kind kind, String by) {
            this.kind = kind;
            this.by = by;
            this.key = by;
        }

        public Draft of(ReleasePlan of) {
            version = of.version();
            plan = of.digest();
            return this;
        }

        public Statement statement() {
            return new Statement(
                    kind,
                    service,
                    environment,
                    version,
                    plan,
                    lane,
                    steps,
                    about,
                    what,
                    by,
                    publicKeys.get(key).fingerprint(),
                    time,
                    time.plus(lasts),
                    Statement.newNonce(),
                    confirm,
                    reason,
                    ticked);
        }

        public SignedStatement signed() throws Exception {
            String text = statement().text();
            return new SignedStatement(
                    text, keys.get(key).sign(text.getBytes(StandardCharsets.UTF_8), Namespace.STATEMENT));
        }
    }

    public Draft draft(Kind kind, String by) {
        return new Draft(kind, by);
    }

    /** A word about the environment's present state: rollback, finish, unlock. */
    public Draft word(Kind kind, String by, String about) {
        Draft draft = draft(kind, by);
        draft.lane = Lane.NONE;
        draft.steps = "";
        draft.about = about;
        return draft;
    }

    public SignedStatement request(ReleasePlan plan) throws Exception {
        return draft(Kind.REQUEST, "ben").of(plan).signed();
    }

    public PreflightResult preflight(ReleasePlan plan, SignedStatement request) {
        return activities.preflight(new PreflightRequest(plan, request));
    }

    public ReviewResult review(ReleasePlan plan, SignedStatement request) {
        return activities.review(new ReviewRequest("shop", environment, plan.version(), plan.digest(), request.id()));
    }

    public Draft approval(String by, ReleasePlan plan, String review) {
        Draft draft = draft(Kind.APPROVE, by).of(plan);
        draft.about = review;
        return draft;
    }

    public OpenResult open(
            ReleasePlan plan, SignedStatement request, SignedText review, List<SignedStatement> approvals) {
        return activities.open(new OpenRequest(
                "shop",
                environment,
                plan.version(),
                plan.digest(),
                request,
                review,
                approvals,
                "release:shop:" + environment + ":" + plan.version(),
                "run",
                List.of()));
    }

    public OpenResult openRollback(SignedStatement rollback) {
        return activities.openRollback(
                new OpenRollbackRequest("shop", "production", rollback, "rollback:shop:production", "run"));
    }

    /** Words about the environment, all saying the same. */
    public DecideResult decide(SignedStatement... signed) {
        return new Deciding(new Deployers(new CommandRunner(), HttpClients.standard()))
                .decide(served(), new DecideRequest("shop", "production", List.of(signed)), Pulse.unheard());
    }

    /** A release that was asked for, reviewed and approved by ana, and not opened yet. */
    public record Ready(ReleasePlan plan, SignedStatement request, ReviewResult review, SignedStatement approval) {}

    public Ready ready(String version) throws Exception {
        return ready(plan(version));
    }

    public Ready ready(ReleasePlan plan) throws Exception {
        return ready(plan, request(plan));
    }

    public Ready ready(ReleasePlan plan, SignedStatement request) throws Exception {
        PreflightResult preflight = preflight(plan, request);
        if (!preflight.problems().isEmpty()) {
            throw new IllegalStateException(preflight.problems().toString());
        }
        ReviewResult review = review(plan, request);
        return new Ready(
                plan, request, review, approval("ana", plan, review.hash()).signed());
    }

    public OpenResult open(Ready ready) {
        return open(ready.plan(), ready.request(), ready.review().review(), List.of(ready.approval()));
    }

    /** An open grant. */
    public OpenResult opened(String version) throws Exception {
        OpenResult opened = open(ready(version));
        if (opened.opening() != ReleaseActivities.Opening.OPENED) {
            throw new IllegalStateException(opened.why().toString());
        }
        return opened;
    }

    public StepRequest step(OpenResult opened, int number) {
        return new StepRequest("shop", environment, opened.grant(), number);
    }

    public CloseRequest closing(String request, String outcome) {
        return new CloseRequest(
                "shop", environment, "9.9.9", "0".repeat(64), request, "a workflow", outcome, "because", List.of());
    }

    public CloseResult close(String request, String outcome) {
        return activities.close(closing(request, outcome));
    }

    /** A whole release without a watch, by honest calls. */
    public CloseResult released(String version) throws Exception {
        OpenResult opened = opened(version);
        activities.deploy(step(opened, 1));
        return close(opened.grant(), "SUCCEEDED");
    }

    @Override
    public void close() {
        temporals.forEach(TestActivityEnvironment::close);
    }
}
