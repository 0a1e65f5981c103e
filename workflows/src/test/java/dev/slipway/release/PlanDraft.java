package dev.slipway.release;

import dev.slipway.plan.Approval;
import dev.slipway.plan.Channel;
import dev.slipway.plan.Check;
import dev.slipway.plan.Database;
import dev.slipway.plan.Gate;
import dev.slipway.plan.Hotfix;
import dev.slipway.plan.Migrate;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.plan.Rollback;
import dev.slipway.plan.Target;
import dev.slipway.plan.Watch;
import dev.slipway.plan.Window;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A plan that a test is about to release: one target and nothing else, until the test says otherwise. */
public final class PlanDraft {

    private final Map<String, List<String>> people = new LinkedHashMap<>();
    private String environment = "production";
    private String version = "1.4.0";
    private Approval approval = Approval.none();
    private Window window = new Window("", List.of(), List.of());
    private Map<String, Database> databases = Map.of();
    private List<String> targets = List.of("web");
    private List<Check> verify = List.of();
    private Watch watch = Watch.none();
    private List<String> mayRollBack = List.of("ana");
    private Map<String, String> onFailure = Map.of();
    private List<Channel> channels = List.of();
    private List<Gate> gates = List.of();
    private List<Hotfix> hotfix = List.of();

    public PlanDraft(Person... known) {
        for (Person person : known) {
            people.put(person.name(), person.publicKeys());
        }
    }

    public PlanDraft environment(String name) {
        environment = name;
        return this;
    }

    public PlanDraft version(String text) {
        version = text;
        return this;
    }

    public PlanDraft approvedBy(int quorum, String... approvers) {
        approval = new Approval(
                List.of(approvers),
                quorum,
                List.of("requester"),
                Duration.ofHours(24),
                "",
                false,
                List.of(),
                Duration.ofHours(6),
                false);
        return this;
    }

    PlanDraft approval(Approval rules) {
        approval = rules;
        return this;
    }

    PlanDraft window(List<String> open, List<String> closed) {
        window = new Window("UTC", open, closed);
        return this;
    }

    PlanDraft database() {
        databases = Map.of(
                "main",
                new Database(
                        "$DATABASE_URL",
                        "$DATABASE_URL",
                        List.of(new Database.Backup("backups", "full-read", Duration.ofDays(30))),
                        List.of(new Migrate("db/migration", List.of(), Duration.ofSeconds(3))),
                        List.of(new Database.ReferenceData("$OTHER_URL", List.of("categories")))));
        return this;
    }

    public PlanDraft targets(String... names) {
        targets = List.of(names);
        return this;
    }

    PlanDraft verified() {
        verify = List.of(new Check("http://shop.example.com/health", 200, Map.of(), Duration.ofSeconds(2)));
        return this;
    }

    PlanDraft watched(Duration window) {
        watch = new Watch(window, Duration.ofSeconds(10), Map.of(), List.of("error-rate > 5% for 2m"), List.of());
        return this;
    }

    PlanDraft comparing(Duration baseline) {
        watch = new Watch(
                watch.window(),
                watch.every(),
                watch.metrics(),
                List.of("error-rate > 3x baseline for 2m"),
                List.of(),
                List.of(baseline));
        return this;
    }

    PlanDraft onFailure(String phase, String what) {
        onFailure = Map.of(phase, what);
        return this;
    }

    PlanDraft gated() {
        gates = List.of(new Gate(
                "tests",
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(new Check("http://ci.example.com/", 200, Map.of(), Duration.ofSeconds(2))),
                List.of()));
        return this;
    }

    PlanDraft hotfixSkips(String... what) {
        hotfix = List.of(new Hotfix("", List.of(what), List.of()));
        return this;
    }

    PlanDraft told() {
        channels = List.of(new Channel("$HOOK", false, List.of()));
        return this;
    }

    PlanDraft mayRollBack(String... names) {
        mayRollBack = List.of(names);
        return this;
    }

    /** Every phase switched on. */
    PlanDraft everything() {
        return approvedBy(1, "ana", "cleo")
                .database()
                .targets("api", "web")
                .verified()
                .watched(Duration.ofMinutes(15))
                .told();
    }

    public ReleasePlan plan() {
        return new ReleasePlan(
                ReleasePlan.FORMAT,
                "shop",
                environment,
                version,
                "0123456789abcdef0123456789abcdef01234567",
                new ReleasePlan.Source("git@example.com:acme/shop.git", "", ""),
                "slipway.yaml",
                people,
                List.of(),
                "",
                approval,
                window,
                databases,
                targets.stream()
                        .map(name -> new Target(
                                name,
                                List.of(new Target.CommandTarget(
                                        List.of("./switch", "${version}"),
                                        List.of("./switch", "--current"),
                                        List.of("./switch", "${previous}"),
                                        List.of())),
                                Map.of()))
                        .toList(),
                verify,
                watch,
                new Rollback(Duration.ofMinutes(2), mayRollBack, "CONFIRM", true, false),
                onFailure,
                Map.of(),
                channels,
                Map.of(),
                Map.of(),
                gates,
                hotfix,
                Map.of());
    }
}
