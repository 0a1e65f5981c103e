package dev.slipway.cli;

import dev.slipway.evidence.EvidenceActivities.Backups;
import dev.slipway.evidence.EvidenceActivities.Events;
import dev.slipway.evidence.EvidenceActivities.Folder;
import dev.slipway.evidence.LookUpWorkflow;
import java.util.Arrays;
import java.util.List;

/** A worker's answer that the test has written. */
public final class ScriptedLookUp implements LookUpWorkflow {

    private static final int PIECE = 1000;

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

    /** Small ones, so that every folder has some. */
    private Folder piece(int from) {
        byte[] zip = folder.zip();
        int end = Math.min(zip.length, from + PIECE);
        return new Folder(folder.manifest(), Arrays.copyOfRange(zip, from, end), zip.length - end);
    }

    @Override
    public Found run(LookUp lookUp) {
        return new Found(
                lookUp.evidence().stream().map(asked -> piece(asked.from())).toList(),
                lookUp.events().isEmpty() ? List.of() : List.of(events),
                lookUp.backups().isEmpty() ? List.of() : List.of(backups));
    }
}
