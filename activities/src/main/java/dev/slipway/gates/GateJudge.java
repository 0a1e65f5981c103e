package dev.slipway.gates;

import java.util.List;

/** Judges gates of one kind. A gate that can't be judged is not passed. */
interface GateJudge {

    /** As plans name it: {@code released}, {@code checks}, … */
    String kind();

    /** What would keep such a gate from ever being judged here; each with what to do. */
    default List<String> problems(GateContext context) {
        return List.of();
    }

    Finding judge(GateContext context);

    /** Whether it may be judged only when the release is approved, because it runs something of the plan. */
    default boolean onlyWhenApproved() {
        return false;
    }
}
