package dev.slipway.environment;

import dev.slipway.environment.EnvironmentWorkflow.View;

/** An environment as the Temporal UI shows it. */
final class EnvironmentDetails {

    private EnvironmentDetails() {}

    /** Markdown. */
    static String of(View view) {
        String name = view.service() + "/" + view.environment();
        StringBuilder text = new StringBuilder("## " + name + "\n\n");
        if (!view.trouble().isEmpty()) {
            text.append("**nothing runs** ").append(view.trouble()).append("\n\n");
        }
        for (Mirror copy : view.mirror()) {
            text.append(
                            copy.live().isEmpty()
                                    ? "nothing was released here yet"
                                    : "**live** " + copy.live() + " since " + copy.liveSince())
                    .append("\n\n");
            if (!copy.lastKnownGood().isEmpty()) {
                text.append("**last known good** ").append(copy.lastKnownGood()).append("\n\n");
            }
            copy.lock().forEach(lock -> text.append("**locked** since ")
                    .append(lock.since())
                    .append(": ")
                    .append(lock.reason())
                    .append("\n\n`slipway unlock ")
                    .append(name)
                    .append("`\n\n"));
            copy.freeze().forEach(freeze -> text.append("**frozen** until ")
                    .append(freeze.until())
                    .append(" by ")
                    .append(freeze.by())
                    .append(": ")
                    .append(freeze.reason())
                    .append("\n\n`slipway unfreeze ")
                    .append(name)
                    .append("`\n\n"));
            copy.leases().forEach(lease -> text.append("**may still act** ")
                    .append(lease.words())
                    .append("; nothing opens before\n\n"));
        }
        text.append("**turn** ")
                .append(view.holder().stream().findFirst().map(Holder::workflow).orElse("free"))
                .append("\n\n");
        view.waiting()
                .forEach(
                        each -> text.append("- waits: ").append(each.workflow()).append('\n'));
        view.proposals().forEach(proposal -> text.append("- more have to sign: ")
                .append(proposal.signed().stream()
                        .flatMap(signed -> signed.statement().stream())
                        .map(statement -> statement.kind().word() + " by " + statement.by())
                        .reduce((one, other) -> one + ", " + other)
                        .orElse(""))
                .append('\n'));
        return text.toString();
    }
}
