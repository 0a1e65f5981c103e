package dev.slipway.plan;

import static dev.slipway.plan.Key.byDefault;
import static dev.slipway.plan.Key.optional;
import static dev.slipway.plan.Key.required;
import static dev.slipway.plan.Shape.duration;
import static dev.slipway.plan.Shape.mapping;
import static dev.slipway.plan.Shape.number;
import static dev.slipway.plan.Shape.of;

/** What answer an address has to give: of a check after the deployment, of a gate and of a metric. */
final class CheckFormat {

    static final Shape.Mapping EXPECT = mapping(
            byDefault("status", "200", number(100, 599), "The expected HTTP status."),
            optional(
                    "json",
                    new Shape.Entries(Kind.POINTER, of(Kind.EXPECTED)),
                    "JSON pointers into the answer, with the text expected there."));

    static final Shape.Mapping CHECK = mapping(
            required("http", of(Kind.ADDRESS), "The address that is asked."),
            optional("expect", EXPECT, "What the answer has to be."),
            byDefault("within", "5s", duration("1ms", "10m"), "The longest time for the answer."));

    private CheckFormat() {}
}
