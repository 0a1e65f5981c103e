package dev.slipway.cli;

import dev.slipway.evidence.EvidenceActivities.Backups;
import dev.slipway.evidence.EvidenceActivities.Events;
import dev.slipway.evidence.EvidenceActivities.Folder;
import dev.slipway.evidence.LookUpWorkflow;
import java.util.List;

/** A worker's answer that the test has written. */
public final class ScriptedLookUp implements LookUpWorkflow {

    private final Folder folder;
    private final Events events;

    private final Backups backups;

    ScriptedLookUp(Folder folder, Events events) {
        this(folder, events, new Backups(List.of()));
    }

    ScriptedLookUp(Folder folder, Events events, Backups backups) {
        this.folder = folder;
        this.events = events;
        this.backups = backups;
    }

    @Override
    public Found run(LookUp lookUp) {
        return new Found(
                lookUp.evidence().isEmpty() ? List.of() : List.of(folder),
                lookUp.events().isEmpty() ? List.of() : List.of(events),
                lookUp.backups().isEmpty() ? List.of() : List.of(backups));
    }
}
