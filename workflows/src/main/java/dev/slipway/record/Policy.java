package dev.slipway.record;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.plan.Approval;
import dev.slipway.plan.Durations;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.trust.CanonicalJson;
import dev.slipway.trust.Json;
import dev.slipway.trust.Lane;
import dev.slipway.trust.Sha256;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The least that holds in an environment whatever a plan says. The worker's own file has one (the floor), and the record
 * may have one in force that its approvers signed; a release needs the yes of both, so neither is ever compared with the
 * other, or with a plan, for weakness.
 *
 * @param format 1
 * @param people who counts, name to public key lines; empty: it names nobody
 * @param from names of approvers; empty: it says nothing about who
 * @param quorum the least number of different people who have to say yes
 * @param not roles whose yes never counts: {@code requester}, {@code authors}
 * @param gates kinds of gates that every plan has to have
 * @param hotfix whether the hotfix lane may be taken at all
 * @param unsigned whether a yes without a signature may count
 * @param commands whether commands of a plan may run
 * @param keep the least time that backups are kept, zero for any
 */
public record Policy(
        int format,
        Map<String, List<String>> people,
        List<String> from,
        int quorum,
        List<String> not,
        List<String> gates,
        boolean hotfix,
        boolean unsigned,
        boolean commands,
        Duration keep) {

    public static final int FORMAT = 1;

    public Policy {
        Map<String, List<String>> copy = new LinkedHashMap<>();
        if (people != null) {
            people.forEach((name, keys) -> copy.put(name, List.copyOf(keys)));
        }
        people = Collections.unmodifiableMap(copy);
        from = from == null ? List.of() : List.copyOf(from);
        not = not == null ? List.of() : List.copyOf(not);
        gates = gates == null ? List.of() : List.copyOf(gates);
        keep = keep == null ? Duration.ZERO : keep;
    }

    /** Says nothing about who, and asks for nothing but this. */
    public static Policy floor(int quorum, boolean notRequester, boolean commands) {
        return new Policy(
                FORMAT,
                Map.of(),
                List.of(),
                quorum,
                notRequester ? List.of("requester") : List.of(),
                List.of(),
                false,
                false,
                commands,
                Duration.ZERO);
    }

    public Policy withPeople(Map<String, List<String>> named) {
        return new Policy(format, named, from, quorum, not, gates, hotfix, unsigned, commands, keep);
    }

    /** The one text that is hashed, signed about and kept. */
    public String text() {
        return CanonicalJson.text(this);
    }

    public String digest() {
        return Sha256.hex(text());
    }

    /**
     * Reads a policy that is in force.
     *
     * @throws IllegalArgumentException where it is none, of another format, or says something that is not known here: who left
     *     that out would judge by less than what people have signed
     */
    public static Policy parse(String text) {
        try {
            Optional<String> unknown = Json.unknown(text, Policy.class);
            if (unknown.isPresent()) {
                throw new IllegalArgumentException("this policy was signed for a newer Slipway ('" + unknown.get()
                        + "' is not known here); upgrade this worker");
            }
            return known(Json.mapper().readValue(text, Policy.class));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("this is no policy: " + e.getOriginalMessage());
        }
    }

    /** @throws IllegalArgumentException where it is none, or of another format */
    public static Policy of(JsonNode node) {
        try {
            return known(Json.mapper().treeToValue(node, Policy.class));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("this is no policy: " + e.getOriginalMessage());
        }
    }

    private static Policy known(Policy policy) {
        if (policy == null || policy.format() != FORMAT) {
            throw new IllegalArgumentException("this is no policy of format " + FORMAT);
        }
        return policy;
    }

    /** Those who may approve as far as this says so; empty: it says nothing about who. */
    public List<String> approvers() {
        return from.isEmpty() ? List.copyOf(people.keySet()) : from;
    }

    /**
     * Why a plan does not meet this; empty where it does.
     *
     * @param whose how it is called in the sentences: "this worker's floor"
     */
    public List<String> problems(String whose, ReleasePlan plan, Lane lane) {
        List<String> problems = new ArrayList<>();
        Approval approval = plan.approval(lane);
        if (lane == Lane.HOTFIX && !hotfix) {
            problems.add(whose + " knows no hotfix lane; release it without --hotfix");
        }
        if (approval.quorum() < quorum) {
            problems.add("the plan asks for " + approval.quorum() + " approval" + (approval.quorum() == 1 ? "" : "s")
                    + ", " + whose + " for at least " + quorum + "; set `approval.quorum` to " + quorum);
        }
        for (String role : not) {
            if (approval.quorum() > 0 && !approval.not().contains(role)) {
                problems.add(whose + " never counts the approval of the release's " + words(role) + "; write `not: ["
                        + String.join(", ", not) + "]` into the plan");
            }
        }
        for (String kind : gates) {
            if (plan.gates(lane).stream().noneMatch(gate -> gate.kind().equals(kind))) {
                problems.add(whose + " asks for a gate `" + kind + "`, and the plan has none"
                        + (lane == Lane.HOTFIX ? " that a hotfix waits for" : ""));
            }
        }
        problems.addAll(problemsOfCommands(whose, plan));
        plan.databases().forEach((name, database) -> database.backupIfAny()
                .filter(backup -> backup.keep().compareTo(keep) < 0)
                .ifPresent(backup -> problems.add("the plan keeps the backup of " + name + " for "
                        + Durations.text(backup.keep()) + ", " + whose + " asks for at least "
                        + Durations.text(keep))));
        return problems;
    }

    /** Why the commands of a plan may not run; empty where they may, or where it has none. */
    public List<String> problemsOfCommands(String whose, ReleasePlan plan) {
        return !commands && runsCommands(plan)
                ? List.of(whose + " lets no commands of plans run (`commands: refused`), and the plan has some")
                : List.of();
    }

    private static String words(String role) {
        return role.equals("authors") ? "authors" : "requester";
    }

    private static boolean runsCommands(ReleasePlan plan) {
        return plan.deploy().stream().anyMatch(target -> target.commandIfAny().isPresent())
                || plan.gates().stream().anyMatch(gate -> !gate.command().isEmpty())
                || plan.watch().metrics().values().stream()
                        .anyMatch(metric -> !metric.command().isEmpty())
                || plan.databases().values().stream()
                        .flatMap(database -> database.migrateIfAny().stream())
                        .anyMatch(migrate -> !migrate.command().isEmpty() || migrate.official())
                || plan.databases().values().stream()
                        .anyMatch(database -> !database.restoring().command().isEmpty());
    }
}
