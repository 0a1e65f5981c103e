package dev.slipway.release;

import dev.slipway.plan.Times;
import io.temporal.common.SearchAttributeKey;
import io.temporal.common.SearchAttributeUpdate;
import io.temporal.workflow.Workflow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a release shows in the Temporal UI while it runs: current details, memo and search attributes. */
final class Face {

    static final SearchAttributeKey<String> SERVICE = SearchAttributeKey.forKeyword("SlipwayService");
    static final SearchAttributeKey<String> ENVIRONMENT = SearchAttributeKey.forKeyword("SlipwayEnvironment");
    static final SearchAttributeKey<String> VERSION = SearchAttributeKey.forKeyword("SlipwayVersion");
    static final SearchAttributeKey<String> PHASE = SearchAttributeKey.forKeyword("SlipwayPhase");
    static final SearchAttributeKey<String> OUTCOME = SearchAttributeKey.forKeyword("SlipwayOutcome");

    private boolean searchAttributes;

    void registered(boolean known) {
        searchAttributes = known;
    }

    void show(Status status, ReleaseReport report) {
        Workflow.upsertMemo(Map.of(Status.MEMO, status));
        if (searchAttributes) {
            List<SearchAttributeUpdate<?>> updates = new ArrayList<>(List.of(
                    SERVICE.valueSet(status.service()),
                    ENVIRONMENT.valueSet(status.environment()),
                    VERSION.valueSet(status.version()),
                    PHASE.valueSet(status.phase())));
            if (!status.outcome().isEmpty()) {
                updates.add(OUTCOME.valueSet(status.outcome()));
            }
            Workflow.upsertTypedSearchAttributes(updates.toArray(SearchAttributeUpdate[]::new));
        }
        details(report);
    }

    /** Markdown; costs no event. */
    void details(ReleaseReport report) {
        StringBuilder text = new StringBuilder();
        text.append("## ")
                .append(report.service())
                .append('/')
                .append(report.environment())
                .append(' ')
                .append(report.version())
                .append(": ")
                .append(report.outcome().isEmpty() ? report.phase().words() : report.outcome())
                .append("\n\n");
        if (!report.headline().isEmpty()) {
            text.append(report.headline()).append("\n\n");
        }
        for (Waiting waiting : report.waiting()) {
            text.append("**Waits for ").append(waiting.what()).append("**");
            if (!waiting.who().isEmpty()) {
                text.append(" by ").append(String.join(", ", waiting.who()));
            }
            if (waiting.until().isAfter(Instant.EPOCH)) {
                text.append(", until ").append(Times.text(waiting.until()));
            }
            text.append("\n\n");
            if (!waiting.command().isEmpty()) {
                text.append(Markdown.code(waiting.command())).append("\n\n");
            }
        }
        if (!report.undo().isEmpty()) {
            text.append("**Undo by hand, in this order**\n\n");
            report.undo()
                    .forEach(line ->
                            text.append("- ").append(Markdown.code(line)).append('\n'));
            text.append('\n');
        }
        text.append("| time | phase | what |\n|---|---|---|\n");
        for (JournalEntry entry : report.journal()) {
            text.append("| ")
                    .append(entry.time().toString(), 11, 19)
                    .append(" | ")
                    .append(entry.phase().words())
                    .append(" | ")
                    .append(Markdown.cell(entry.text()))
                    .append(" |\n");
        }
        Workflow.setCurrentDetails(text.toString());
    }
}
