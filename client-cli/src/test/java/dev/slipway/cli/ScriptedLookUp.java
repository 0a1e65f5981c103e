package dev.slipway.cli;

import dev.slipway.evidence.EvidenceActivities.Backups;
import dev.slipway.evidence.EvidenceActivities.Events;
import dev.slipway.evidence.EvidenceActivities.FetchRequest;
import dev.slipway.evidence.EvidenceActivities.Folder;
import dev.slipway.evidence.LookUpWorkflow;
import dev.slipway.record.SignedText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A worker's answer that the test has written. */
public final class ScriptedLookUp implements LookUpWorkflow {

    /** Small ones, so that every folder has some, and files are cut in two. */
    private static final int PIECE = 100;

    /** A folder of evidence, as it is kept. */
    record Evidence(SignedText manifest, Map<String, byte[]> files) {
        static Evidence none() {
            return new Evidence(new SignedText("", ""), Map.of());
        }
    }

    private final Evidence evidence;
    private final Events events;

    private final Backups backups;

    ScriptedLookUp(Evidence evidence, Events events) {
        this(evidence, events, new Backups(List.of()));
    }

    ScriptedLookUp(Evidence evidence, Events events, Backups backups) {
        this.evidence = evidence;
        this.events = events;
        this.backups = backups;
    }

    /** A part of one file. */
    private Folder piece(FetchRequest asked) {
        List<String> paths = new ArrayList<>(new TreeMap<>(evidence.files()).keySet());
        String path = asked.file().isEmpty() ? paths.get(0) : asked.file();
        byte[] content = evidence.files().get(path);
        int until = Math.min(content.length, asked.from() + PIECE);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry(path));
            zip.write(content, asked.from(), until - asked.from());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        int next = paths.indexOf(path) + 1;
        return until < content.length
                ? new Folder(evidence.manifest(), bytes.toByteArray(), path, until)
                : new Folder(evidence.manifest(), bytes.toByteArray(), next < paths.size() ? paths.get(next) : "", 0);
    }

    @Override
    public Found run(LookUp lookUp) {
        return new Found(
                lookUp.evidence().stream().map(this::piece).toList(),
                lookUp.events().isEmpty() ? List.of() : List.of(events),
                lookUp.backups().isEmpty() ? List.of() : List.of(backups));
    }
}
