package dev.slipway.worker.demo;

import dev.slipway.worker.Ending;
import dev.slipway.worker.dev.DevTemporal;
import dev.slipway.worker.dev.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** All that Script Fury is played on: stand-ins for its vendors, and everything of Slipway for real. */
final class FuryStage implements ExampleStage {

    static final List<String> PEOPLE = List.of("ana", "ben", "cem", "ci");

    private static final String SERVICE = "script-fury";

    /** As examples/script-fury asks for them, all tiers together. */
    private static final List<String> CHECKS = List.of(
            "syntax",
            "lint",
            "unit tests",
            "app start-up",
            "strict lint",
            "full test suite",
            "integration tests",
            "formatting",
            "security baseline",
            "security audit",
            "performance benchmarks",
            "final integration test");

    private final Installation installation;
    private final Ending ending;
    private final Account account;
    private final Ground ground;
    private final FuryRepository repository;
    private Optional<StandIns> outside = Optional.empty();

    FuryStage(Installation installation, Map<String, String> shell, Ending ending, Account account, Hands hands)
            throws IOException {
        this.installation = installation;
        this.ending = ending;
        this.account = account;
        this.ground = new Ground(shell, ending, account, hands, Optional.empty());
        this.repository = new FuryRepository(ground.folder(), shell);
    }

    @Override
    public void set() throws IOException {
        makeKeys();
        makeVendors();
        // looked for once the stand-ins have theirs
        List<Integer> ports = Ports.free(3);
        ground.startTemporal(ports.get(0), ports.get(1));
        repository.begin(FuryFiles.plan(
                example("slipway.yaml"),
                repository.address().toString(),
                outside().address(),
                ground::publicKey));
        account.say("Repository   " + repository.checkout()
                + ", with the plan of examples/script-fury: other addresses and" + " keys, watches 100 times as fast");
        startWorker(ports.get(2));
    }

    private void makeKeys() {
        PEOPLE.forEach(ground::person);
        RailwayStandIn.TIERS.forEach(tier -> ground.environment(SERVICE, tier, SERVICE + "-" + tier + ".key"));
        account.say(
                "Keys         ci asks for releases; ana, ben and cem approve them; the environments' keys are pinned");
    }

    private void makeVendors() throws IOException {
        String railway = UUID.randomUUID().toString();
        String github = "ghp_" + UUID.randomUUID().toString().replace("-", "");
        StandIns made = ending.add(new StandIns(
                new RailwayStandIn(railway, repository::manners),
                new GitHubStandIn(github, CHECKS),
                repository::manners));
        outside = Optional.of(made);
        ground.secret("railway_token", railway);
        ground.secret("github_token", github);
        ground.secret("slack_webhook_url", made.address() + "/slack/" + UUID.randomUUID());
        ground.secret("pagerduty_key", UUID.randomUUID().toString().replace("-", ""));
        for (String tier : RailwayStandIn.TIERS) {
            ground.secret("openai_api_key_" + tier, "sk-" + tier + "-" + UUID.randomUUID());
        }
        account.say(
                "Vendors      " + made.address()
                        + ": stand-ins on this machine for Railway (three services, asynchronous as there), GitHub, Slack, PagerDuty");
    }

    private void startWorker(int metricsPort) throws IOException {
        Path file = ground.folder().resolve("slipway-worker.yaml");
        Files.writeString(
                file,
                FuryFiles.worker(
                        example("slipway-worker.yaml"),
                        repository.address().toString(),
                        metricsPort,
                        ground::publicKey));
        ground.startWorker(file, metricsPort);
        account.say("Worker       serves script-fury/preview, /staging and /production");
    }

    private String example(String file) throws IOException {
        return Files.readString(installation.scriptFury().resolve(file));
    }

    FuryRepository repository() {
        return repository;
    }

    StandIns outside() {
        return outside.orElseThrow();
    }

    Ground ground() {
        return ground;
    }

    @Override
    public DevTemporal dev() {
        return ground.dev();
    }

    /** The version that serves in a tier, as Railway says; a dash where none does. */
    String serves(String tier) {
        String commit = outside().railway().serves(tier);
        return commit.isEmpty() ? "–" : repository.version(commit);
    }
}
