package dev.slipway.plan;

import static dev.slipway.plan.Key.byDefault;
import static dev.slipway.plan.Key.computed;
import static dev.slipway.plan.Key.optional;
import static dev.slipway.plan.Key.required;
import static dev.slipway.plan.Shape.duration;
import static dev.slipway.plan.Shape.mapping;
import static dev.slipway.plan.Shape.number;
import static dev.slipway.plan.Shape.of;
import static dev.slipway.plan.Shape.set;
import static dev.slipway.plan.Shape.word;

/** Who has to say yes, and the lane for what cannot wait. */
final class ApprovalFormat {

    static final Shape.Scalar REASON = word("required", "optional");

    static final Shape.Mapping APPROVAL = mapping(
            required("from", set(of(Kind.NAME)), "The people whose yes counts."),
            byDefault("quorum", "1", number(1, 50), "How many different people have to say yes."),
            optional(
                    "not",
                    set(word("requester", "authors")),
                    "Whose yes does not count: `requester`, the one who asked; `authors`, who wrote what is new."),
            byDefault("expires", "24h", duration("1m", "30d"), "How long a yes holds, and is waited for."),
            computed(
                    "remind",
                    "a quarter of `expires`",
                    duration("1m", "30d"),
                    "How long before the end of the waiting people are told again."),
            optional("confirm", of(Kind.LINE), "A word that has to be typed exactly."),
            byDefault("reason", "optional", REASON, "Whether a reason has to be given."),
            optional("checklist", set(of(Kind.LINE)), "Items that have to be ticked by name."),
            byDefault(
                    "unsigned",
                    "refused",
                    word("refused", "allowed"),
                    "Whether a yes without a signature counts, as somebody clicks it in Temporal's UI; it is called"
                            + " claimed. The worker's floor has to allow it, too."));

    static final Shape.Mapping HOTFIX = mapping(
            optional(
                    "branch",
                    of(Kind.BRANCH),
                    "The branch whose commits may be released in the hotfix lane; the same as without where absent."),
            optional(
                    "skip",
                    set(of(Kind.NAME)),
                    "What a hotfix does not wait for: `window`, `freeze`, gates by their name or kind."),
            optional("approval", APPROVAL, "Who has to say yes to a hotfix; the same as without where absent."));

    private ApprovalFormat() {}
}
