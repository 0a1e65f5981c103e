package dev.slipway.plan;

import static dev.slipway.plan.Absent.list;
import static dev.slipway.plan.Absent.lists;
import static dev.slipway.plan.Absent.map;
import static dev.slipway.plan.Absent.text;

import dev.slipway.trust.CanonicalJson;
import dev.slipway.trust.Lane;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a release of one service to one environment is: resolved, immutable, and fully covered by its digest.
 *
 * <p>Made from {@code slipway.yaml} by {@link dev.slipway.plan.reading.PlanReader}, by the client in a checkout and
 * again by the worker from the source at the commit; both must come to the same {@link #digest()}. Texts that hold
 * {@code ${version}}, {@code ${previous}} or {@code ${commit}} are kept as they are written; the worker fills them in
 * at the moment of use. Values of secrets never stand here, only their names as {@code $NAME}.
 *
 * <p>Fields are added, never renamed or retyped: the canonical form leaves out what is absent, so an older plan keeps
 * its digest.
 *
 * @param format the plan format, 1
 * @param service the service's name
 * @param environment the environment's name, without the service
 * @param version the version that is released
 * @param commit the full commit id, empty where the source is a directory
 * @param source where a worker gets the files
 * @param file path of the plan file, relative to the source's path
 * @param people who somebody is: name to public key lines
 * @param secrets the declared names
 * @param branch the branch whose commits may be released, empty for any that the worker allows
 * @param approval who says yes; quorum 0 where nobody has to
 * @param window when changes may begin, empty lists for always
 * @param databases by name, in the order in which they are taken
 * @param deploy the targets, in order
 * @param verify the checks after the deployment
 * @param watch the rollback window and its rules
 * @param rollback who may roll back by hand, and what holds then
 * @param onFailure phase to what happens when it fails: {@code stop}, {@code roll-back}, {@code ask}
 * @param timeouts phase to the longest time that it may take
 * @param channels where people are told ({@code notify} in the file; a record component cannot have that name)
 * @param contact who to call: role to text
 * @param identities what people are known by besides their keys, by name
 * @param gates what has to be true before people are asked, and again when changes begin
 * @param hotfix the hotfix lane: none or one
 * @param files path (relative to the plan file) to SHA-256 of every file that the plan names, the plan file included
 */
public record ReleasePlan(
        int format,
        String service,
        String environment,
        String version,
        String commit,
        Source source,
        String file,
        Map<String, List<String>> people,
        List<Secret> secrets,
        String branch,
        Approval approval,
        Window window,
        Map<String, Database> databases,
        List<Target> deploy,
        List<Check> verify,
        Watch watch,
        Rollback rollback,
        Map<String, String> onFailure,
        Map<String, Duration> timeouts,
        List<Channel> channels,
        Map<String, String> contact,
        Map<String, Identity> identities,
        List<Gate> gates,
        List<Hotfix> hotfix,
        Map<String, String> files) {

    /** The plan format that this version knows. */
    public static final int FORMAT = 1;

    public ReleasePlan {
        service = text(service);
        environment = text(environment);
        version = text(version);
        commit = text(commit);
        source = source == null ? new Source("", "", "") : source;
        file = text(file);
        people = lists(people);
        secrets = list(secrets);
        branch = text(branch);
        approval = approval == null ? Approval.none() : approval;
        window = window == null ? new Window("", List.of(), List.of()) : window;
        databases = map(DatabaseOrder.of(map(databases)));
        deploy = list(deploy);
        verify = list(verify);
        watch = watch == null ? Watch.none() : watch;
        rollback = rollback == null ? new Rollback(Duration.ZERO, List.of(), "", false, false) : rollback;
        onFailure = map(onFailure);
        timeouts = map(timeouts);
        channels = list(channels);
        contact = map(contact);
        identities = map(identities);
        gates = list(gates);
        hotfix = list(hotfix);
        files = map(files);
    }

    /** SHA-256 (hex) of the canonical form: what an approval binds, and what a worker must come to on its own copy. */
    public String digest() {
        return CanonicalJson.sha256(this);
    }

    /** For instance {@code shop/production@1.4.0}. */
    public String label() {
        return service + "/" + environment + "@" + version;
    }

    /** The time zone that people think in here: the window's, UTC where there is none. */
    public String zone() {
        return window.zone().isEmpty() ? "UTC" : window.zone();
    }

    /** The phases that this plan switches on, in the order in which they happen. */
    public List<Phase> phases() {
        List<Phase> phases = new ArrayList<>();
        for (Phase phase : Phase.values()) {
            if (has(phase)) {
                phases.add(phase);
            }
        }
        return List.copyOf(phases);
    }

    /** Whether this plan switches the phase on. */
    public boolean has(Phase phase) {
        return switch (phase) {
            case PREFLIGHT, REVIEW, TURN, OPEN, DONE -> true;
            case GATES -> !gates.isEmpty();
            case APPROVAL -> approval.quorum() > 0;
            case WINDOW -> window.limited();
            case BACKUP ->
                databases.values().stream()
                        .anyMatch(database -> !database.backup().isEmpty());
            case MIGRATE ->
                databases.values().stream()
                        .anyMatch(database -> !database.migrate().isEmpty());
            case REFERENCE_DATA ->
                databases.values().stream()
                        .anyMatch(database -> !database.referenceData().isEmpty());
            case DEPLOY -> !deploy.isEmpty();
            case VERIFY -> !verify.isEmpty();
            case WATCH -> watch.wanted();
        };
    }

    public Optional<Hotfix> hotfixIfAny() {
        return hotfix.stream().findFirst();
    }

    /** Who has to say yes in this lane. */
    public Approval approval(Lane lane) {
        return lane == Lane.HOTFIX
                ? hotfixIfAny()
                        .flatMap(way -> way.approval().stream().findFirst())
                        .orElse(approval)
                : approval;
    }

    /** The branch whose commits may be released in this lane, empty for any that the worker allows. */
    public String branch(Lane lane) {
        return lane == Lane.HOTFIX
                ? hotfixIfAny()
                        .map(Hotfix::branch)
                        .filter(name -> !name.isEmpty())
                        .orElse(branch)
                : branch;
    }

    /** Whether this lane does not wait for something: {@code window}, {@code freeze}. */
    public boolean skips(Lane lane, String what) {
        return lane == Lane.HOTFIX
                && hotfixIfAny().map(way -> way.skip().contains(what)).orElse(false);
    }

    /** The gates of this lane: a hotfix leaves out what its plan says, by name or by kind. */
    public List<Gate> gates(Lane lane) {
        return gates.stream()
                .filter(gate -> !skips(lane, gate.name()) && !skips(lane, gate.kind()))
                .toList();
    }

    /**
     * Whether a person is asked when a phase fails.
     *
     * @param phase as the file names it: {@code reference-data}
     */
    public boolean asksAfterFailureOf(String phase) {
        return "ask".equals(onFailure.get(phase));
    }

    /** How long a person is waited for who is asked. */
    public Duration patience() {
        return timeout("answer").orElse(Duration.ofHours(1));
    }

    /** The longest time that a step ({@code backup}, {@code rollback}, …) may take, where the plan gives one. */
    public Optional<Duration> timeout(String step) {
        return Optional.ofNullable(timeouts.get(step));
    }

    /**
     * A name under which the worker may look a value up.
     *
     * @param shape {@code url}, {@code postgres}, {@code json}, or empty for any
     * @param prefix what the value begins with, empty for anything
     * @param minLength the least number of characters, 0 for any
     * @param sameAs the name of the secret that has the same value, empty for none
     */
    public record Secret(String name, boolean required, String shape, String prefix, int minLength, String sameAs) {
        public Secret {
            name = text(name);
            shape = text(shape);
            prefix = text(prefix);
            sameAs = text(sameAs);
        }

        public Secret(String name, boolean required) {
            this(name, required, "", "", 0, "");
        }
    }

    /**
     * What a person is known by besides their keys.
     *
     * @param emails the addresses in their commits
     * @param github their login, empty where not given
     */
    public record Identity(List<String> emails, String github) {
        public Identity {
            emails = list(emails);
            github = text(github);
        }
    }

    /**
     * Where the files of a plan come from: exactly one of the two is set.
     *
     * @param git address of the repository, empty for a directory
     * @param directory path of a directory, empty for git
     * @param path folder of the plan file inside the repository, empty for its top
     */
    public record Source(String git, String directory, String path) {
        public Source {
            git = text(git);
            directory = text(directory);
            path = text(path);
        }
    }
}
