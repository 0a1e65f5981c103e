package dev.slipway.plan;

import static dev.slipway.plan.Key.byDefault;
import static dev.slipway.plan.Key.optional;
import static dev.slipway.plan.Key.required;
import static dev.slipway.plan.Shape.duration;
import static dev.slipway.plan.Shape.mapping;
import static dev.slipway.plan.Shape.number;
import static dev.slipway.plan.Shape.of;
import static dev.slipway.plan.Shape.set;
import static dev.slipway.plan.Shape.word;

/** What stands in the file of a policy. */
final class PolicyFormat {

    private static final Shape.Scalar ALLOWED = word("allowed", "refused");

    /** The file of a policy; not a part of a plan. */
    static final Shape.Mapping POLICY = mapping(
            required("slipway-policy", number(0, Long.MAX_VALUE), "The policy format, 1."),
            optional(
                    "people",
                    new Shape.Entries(Kind.NAME, new Shape.Either(of(Kind.PUBLIC_KEY), set(of(Kind.PUBLIC_KEY)))),
                    "Whose keys count; those that others name where absent."),
            optional(
                    "approval",
                    mapping(
                            optional("from", set(of(Kind.NAME)), "The people whose yes counts."),
                            byDefault("quorum", "1", number(0, 50), "The least number of different people."),
                            optional("not", set(word("requester", "authors")), "Whose yes never counts."),
                            byDefault("unsigned", "refused", ALLOWED, "Whether a yes without a signature may count.")),
                    "The least that every plan has to ask for."),
            optional(
                    "gates",
                    set(word(GateFormat.KINDS.toArray(String[]::new))),
                    "Kinds of gates that every plan has to have."),
            byDefault("hotfix", "refused", ALLOWED, "Whether the hotfix lane may be taken."),
            byDefault("commands", "allowed", ALLOWED, "Whether commands of a plan may run."),
            optional("keep", duration("1d", "3650d"), "The least time that backups are kept."));

    private PolicyFormat() {}
}
