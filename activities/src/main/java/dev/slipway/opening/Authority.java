package dev.slipway.opening;

import dev.slipway.plan.Approval;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.record.Grant;
import dev.slipway.record.Policy;
import dev.slipway.record.State;
import dev.slipway.served.Served;
import dev.slipway.steps.Unavailable;
import dev.slipway.trust.Lane;
import dev.slipway.trust.SshPublicKey;
import dev.slipway.trust.UnusableKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Whose word counts in an environment, by one state of its record: the worker's floor, the policy in force and the plan must
 * each say yes, and a suspended key says nothing.
 */
public final class Authority {

    private static final String FLOOR = "this worker's floor";
    private static final String POLICY = "the policy in force";

    private final Served served;
    private final State state;
    private final Optional<Policy> policy;

    private Authority(Served served, State state, Optional<Policy> policy) {
        this.served = served;
        this.state = state;
        this.policy = policy;
    }

    /**
     * @throws Refused where the policy that the record names is not kept beside it
     * @throws Unavailable where it was signed for a newer version: an upgraded worker can tell
     */
    public static Authority of(Served served, State state) {
        if (state.policy().isEmpty()) {
            return new Authority(served, state, Optional.empty());
        }
        Policy policy = served.record()
                .kept(state.policy())
                .map(text -> known(served, text))
                .orElseThrow(() -> new Refused(List.of("the policy in force, " + state.policy()
                        + ", is not kept beside the record; bring the store back")));
        return new Authority(served, state, Optional.of(policy));
    }

    /** What people have signed and can't be read here says more than this version knows: its hash was checked. */
    private static Policy known(Served served, String text) {
        try {
            return Policy.parse(text);
        } catch (IllegalArgumentException newer) {
            throw new Unavailable(
                    "the policy in force in " + served.name() + " can't be judged by: " + newer.getMessage());
        }
    }

    /** The policy in force. */
    public Optional<Policy> policy() {
        return policy;
    }

    private Policy floor() {
        return served.settings().floor().policy();
    }

    /** Name to the key lines that count for a release by this plan. */
    public Map<String, List<String>> people(ReleasePlan plan) {
        return inForce(plan.people());
    }

    /** The same for words about the environment itself. */
    public Map<String, List<String>> people() {
        return inForce(plan().map(ReleasePlan::people).orElse(Map.of()));
    }

    /** Who pushes to the repository writes the plan, so its people count only where nobody else names any. */
    private Map<String, List<String>> inForce(Map<String, List<String>> ofThePlan) {
        Map<String, List<String>> ofTheFloor = floor().people();
        Map<String, List<String>> ofThePolicy = policy.map(Policy::people).orElse(Map.of());
        Map<String, List<String>> named =
                ofTheFloor.isEmpty() ? (ofThePolicy.isEmpty() ? ofThePlan : ofThePolicy) : ofTheFloor;
        Map<String, List<String>> people = new LinkedHashMap<>();
        named.forEach((name, lines) -> {
            List<String> counting = lines.stream()
                    .filter(line -> ofThePolicy.isEmpty()
                            || ofThePolicy.getOrDefault(name, List.of()).stream()
                                    .anyMatch(other -> sameKey(line, other)))
                    .filter(line -> !suspended(line))
                    .toList();
            if (!counting.isEmpty()) {
                people.put(name, counting);
            }
        });
        return people;
    }

    private static boolean sameKey(String line, String other) {
        return key(line).flatMap(one -> key(other).map(one::sameKey)).orElse(false);
    }

    private boolean suspended(String line) {
        return key(line).map(key -> state.suspended().contains(key.sha256())).orElse(false);
    }

    private static Optional<SshPublicKey> key(String line) {
        try {
            return Optional.of(SshPublicKey.parse(line));
        } catch (UnusableKey e) {
            return Optional.empty();
        }
    }

    /** Why floor and policy do not agree to a plan; empty where both do. */
    public List<String> problems(ReleasePlan plan, Lane lane) {
        List<String> problems = new ArrayList<>(floor().problems(FLOOR, plan, lane));
        policy.ifPresent(rules -> problems.addAll(rules.problems(POLICY, plan, lane)));
        return problems;
    }

    /** Why floor and policy do not let a plan's commands run, whenever it was approved; empty where they do. */
    public List<String> problemsOfCommands(ReleasePlan plan) {
        List<String> problems = new ArrayList<>(floor().problemsOfCommands(FLOOR, plan));
        policy.ifPresent(rules -> problems.addAll(rules.problemsOfCommands(POLICY, plan)));
        return problems;
    }

    /** The same, as if another policy were in force. */
    public Authority under(Policy other) {
        return new Authority(served, state, Optional.of(other));
    }

    /** Why floor and policy together could never be met by anybody; empty where they can, or where plans name the people. */
    public List<String> unreachable() {
        Map<String, List<String>> counting = people();
        List<String> named = policy.map(Policy::approvers).orElse(List.of());
        List<String> approvers = named.isEmpty() ? List.copyOf(counting.keySet()) : named;
        if (counting.isEmpty() && policy.map(Policy::people).orElse(Map.of()).isEmpty()) {
            // the people are a plan's, and none is known yet
            return List.of();
        }
        List<String> problems = new ArrayList<>();
        approvers.stream()
                .filter(name -> !counting.containsKey(name))
                .forEach(name -> problems.add("'" + name + "' has no key that counts here; " + whereKeysAre()));
        boolean notRequester = excludesRequester();
        long able = able(approvers, counting) - (notRequester ? 1 : 0);
        int quorum = Math.max(floor().quorum(), policy.map(Policy::quorum).orElse(0));
        if (able < quorum) {
            problems.add("a quorum of " + quorum + " can't be reached by "
                    + (able + (notRequester ? 1 : 0)) + " people"
                    + (notRequester ? ", one of whom may have asked" : ""));
        }
        return problems;
    }

    /** Why a plan's approvers could never be enough here; empty where they can. */
    public List<String> unreachable(ReleasePlan plan, Lane lane, String requester) {
        Approval approval = plan.approval(lane);
        int quorum = Math.max(
                approval.quorum(),
                Math.max(floor().quorum(), policy.map(Policy::quorum).orElse(0)));
        if (quorum == 0 || (approval.unsigned() && allowsClaims())) {
            return List.of();
        }
        Map<String, List<String>> counting = people(plan);
        List<String> approvers = approval.from().stream()
                .filter(name -> !approval.excludesRequester() || !name.equals(requester))
                .toList();
        long able = able(approvers, counting);
        if (able >= quorum) {
            return List.of();
        }
        List<String> unknown =
                approvers.stream().filter(name -> !counting.containsKey(name)).toList();
        return List.of("approvals of " + quorum + " people are asked for, and " + able + " of " + approvers
                + " can give one here"
                + (unknown.isEmpty() ? "" : "; of " + unknown + " no key counts: " + whereKeysAre()));
    }

    /** Whether floor or policy never count the yes of who asked. */
    public boolean excludesRequester() {
        return floor().not().contains("requester")
                || policy.map(Policy::not).orElse(List.of()).contains("requester");
    }

    private long able(List<String> approvers, Map<String, List<String>> counting) {
        List<String> ofThePolicy = policy.map(Policy::from).orElse(List.of());
        return approvers.stream()
                .filter(counting::containsKey)
                .filter(name -> floor().from().isEmpty() || floor().from().contains(name))
                .filter(name -> ofThePolicy.isEmpty() || ofThePolicy.contains(name))
                .distinct()
                .count();
    }

    private String whereKeysAre() {
        boolean ofThePolicy = policy.filter(rules -> !rules.people().isEmpty()).isPresent();
        return floor().people().isEmpty()
                ? (ofThePolicy ? "the policy's `people` say whose do" : "the plan's `people` say whose do")
                : "the worker's file says whose do" + (ofThePolicy ? ", and the policy's `people`" : "");
    }

    /** Whether a yes that nobody signed may count, as far as floor and policy go. */
    public boolean allowsClaims() {
        return floor().unsigned() && policy.map(Policy::unsigned).orElse(true);
    }

    /**
     * Why these people are not enough, as far as floor and policy go; empty where they are.
     *
     * @param people different people whose yes counts for the plan
     */
    public List<String> missing(Set<String> people) {
        List<String> missing = new ArrayList<>();
        enough(FLOOR, floor(), people).ifPresent(missing::add);
        policy.flatMap(rules -> enough(POLICY, rules, people)).ifPresent(missing::add);
        return missing;
    }

    private static Optional<String> enough(String whose, Policy rules, Set<String> people) {
        List<String> from = rules.from();
        long counting = people.stream()
                .filter(person -> from.isEmpty() || from.contains(person))
                .count();
        return counting >= rules.quorum()
                ? Optional.empty()
                : Optional.of(counting + " of the " + rules.quorum() + " approvals that " + whose + " asks for"
                        + (from.isEmpty() ? "" : " of " + from));
    }

    /**
     * The plan that says who may what where nothing is asked about a release: of the open grant, of what was locked, else
     * of what is live. A plan that was only asked for says nothing about anybody's rights.
     */
    public Optional<ReleasePlan> plan() {
        return state.openGrant()
                .map(Grant::plan)
                .or(() -> state.locked().flatMap(lock -> state.history().stream()
                        // the release that locked, and not whatever was asked for, and never opened, since
                        .filter(ended -> lock.since().equals(ended.time()))
                        .findFirst()
                        .map(State.Ended::plan)))
                .or(() -> Optional.of(state.live().plan()).filter(digest -> !digest.isEmpty()))
                .flatMap(served::plan);
    }

    /** Who may say no: any approver of plan, policy or floor. */
    public List<String> approvers() {
        Set<String> all = new LinkedHashSet<>();
        plan().ifPresent(plan -> {
            all.addAll(plan.approval().from());
            plan.hotfix().forEach(hotfix -> hotfix.approval().forEach(approval -> all.addAll(approval.from())));
        });
        policy.ifPresent(rules -> all.addAll(rules.approvers()));
        all.addAll(floor().approvers());
        return List.copyOf(all);
    }

    /** Who may take a no back, go back, or finish. */
    public List<String> named() {
        List<String> ofThePlan = plan().map(plan -> plan.rollback().by()).orElse(List.of());
        return ofThePlan.isEmpty() ? approvers() : ofThePlan;
    }

    /**
     * Who may ask for a release, where nobody ever has to say yes to one and nobody is named: what stands still there can
     * be set going by those who may set it going anyway. Nobody where an approval is asked for, or no plan is known.
     */
    public List<String> askers() {
        boolean open = floor().quorum() == 0
                && policy.map(Policy::quorum).orElse(0) == 0
                && named().isEmpty()
                && plan().filter(Authority::asksNobody).isPresent();
        return open ? List.copyOf(people().keySet()) : List.of();
    }

    private static boolean asksNobody(ReleasePlan plan) {
        return plan.approval(Lane.NORMAL).quorum() == 0
                && plan.approval(Lane.HOTFIX).quorum() == 0;
    }

    /**
     * Who may change what the environment itself is: those of the policy, else of the floor. Those of a plan only where
     * {@code evenOfAPlan}: who pushes to the repository writes it.
     */
    public List<String> quorumOf(boolean evenOfAPlan) {
        List<String> ofThePolicy = policy.map(Policy::approvers).orElse(List.of());
        if (!ofThePolicy.isEmpty()) {
            return ofThePolicy;
        }
        if (!floor().approvers().isEmpty()) {
            return floor().approvers();
        }
        Function<ReleasePlan, List<String>> from = plan -> plan.approval().from();
        return evenOfAPlan ? plan().map(from).orElse(List.of()) : List.of();
    }

    /** How many of them. */
    public int quorum() {
        int ofThePlan = plan().map(plan -> plan.approval().quorum()).orElse(1);
        int ofThePolicy = policy.map(Policy::quorum).orElse(0);
        boolean planCounts = policy.isEmpty() && floor().approvers().isEmpty();
        return Math.max(1, Math.max(planCounts ? ofThePlan : 0, Math.max(floor().quorum(), ofThePolicy)));
    }
}
