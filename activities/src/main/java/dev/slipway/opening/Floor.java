package dev.slipway.opening;

import dev.slipway.plan.ReleasePlan;
import dev.slipway.served.Served;
import java.util.ArrayList;
import java.util.List;

/** The least that holds whatever a plan says, from the worker's own file. */
final class Floor {

    private Floor() {}

    static List<String> problems(Served served, ReleasePlan plan) {
        List<String> problems = new ArrayList<>();
        int quorum = served.settings().floor().quorum();
        if (plan.approval().quorum() < quorum) {
            problems.add(
                    "the plan asks for " + plan.approval().quorum() + " approvals, this worker for at least " + quorum);
        }
        if (served.settings().floor().notRequester()
                && plan.approval().quorum() > 0
                && !plan.approval().not().contains("requester")) {
            problems.add(
                    "this worker never counts the requester's own approval; write `not: [requester]` into the plan");
        }
        if (!served.settings().floor().commands() && runsCommands(plan)) {
            problems.add(
                    "this worker runs no commands of plans (`commands: refused` in its file), and the plan has some");
        }
        return problems;
    }

    private static boolean runsCommands(ReleasePlan plan) {
        return plan.deploy().stream().anyMatch(target -> target.commandIfAny().isPresent())
                || plan.databases().values().stream()
                        .flatMap(database -> database.migrateIfAny().stream())
                        .anyMatch(migrate -> !migrate.command().isEmpty());
    }
}
