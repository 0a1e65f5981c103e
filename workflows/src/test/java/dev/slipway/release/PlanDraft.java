package dev.slipway.release;

import dev.slipway.plan.ReleasePlan;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A plan that a test is about to release: one target and nothing else, until the test says otherwise. */
public final class PlanDraft {

    private final Map<String, List<String>> people = new LinkedHashMap<>();
    private String environment = "production";
    private String version = "1.4.0";
    private ReleasePlan.Approval approval = ReleasePlan.Approval.none();
    private ReleasePlan.Window window = new ReleasePlan.Window("", List.of(), List.of());
    private Map<String, ReleasePlan.Database> databases = Map.of();
    private List<String> targets = List.of("web");
    private List<ReleasePlan.Check> verify = List.of();
    private ReleasePlan.Watch watch = ReleasePlan.Watch.none();
    private List<String> mayRollBack = List.of("ana");
    private Map<String, String> onFailure = Map.of();
    private List<ReleasePlan.Channel> channels = List.of();
    private List<ReleasePlan.Gate> gates = List.of();
    private List<ReleasePlan.Hotfix> hotfix = List.of();

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
        approval = new ReleasePlan.Approval(
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

    PlanDraft approval(ReleasePlan.Approval rules) {
        approval = rules;
        return this;
    }

    PlanDraft window(List<String> open, List<String> closed) {
        window = new ReleasePlan.Window("UTC", open, closed);
        return this;
    }

    PlanDraft database() {
        databases = Map.of(
                "main",
                new ReleasePlan.Database(
                        "$DATABASE_URL",
                        "$DATABASE_URL",
                        List.of(new ReleasePlan.Backup("backups", "full-read", Duration.ofDays(30))),
                        List.of(new ReleasePlan.Migrate("db/migration", List.of(), Duration.ofSeconds(3))),
                        List.of(new ReleasePlan.ReferenceData("$OTHER_URL", List.of("categories")))));
        return this;
    }

    public PlanDraft targets(String... names) {
        targets = List.of(names);
        return this;
    }

    PlanDraft verified() {
        verify = List.of(new ReleasePlan.Check("http://shop.example.com/health", 200, Map.of(), Duration.ofSeconds(2)));
        return this;
    }

    PlanDraft watched(Duration window) {
        watch = new ReleasePlan.Watch(
                window, Duration.ofSeconds(10), Map.of(), List.of("error-rate > 5% for 2m"), List.of());
        return this;
    }

    PlanDraft comparing(Duration baseline) {
        watch = new ReleasePlan.Watch(
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
        gates = List.of(new ReleasePlan.Gate(
                "tests",
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(new ReleasePlan.Check("http://ci.example.com/", 200, Map.of(), Duration.ofSeconds(2))),
                List.of()));
        return this;
    }

    PlanDraft hotfixSkips(String... what) {
        hotfix = List.of(new ReleasePlan.Hotfix("", List.of(what), List.of()));
        return this;
    }

    PlanDraft told() {
        channels = List.of(new ReleasePlan.Channel("$HOOK", false, List.of()));
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
                        .map(name -> new ReleasePlan.Target(
                                name,
                                List.of(new ReleasePlan.CommandTarget(
                                        List.of("./switch", "${version}"),
                                        List.of("./switch", "--current"),
                                        List.of("./switch", "${previous}"),
                                        List.of())),
                                Map.of()))
                        .toList(),
                verify,
                watch,
                new ReleasePlan.Rollback(Duration.ofMinutes(2), mayRollBack, "CONFIRM", true, false),
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
