package dev.slipway.plan;

import static dev.slipway.plan.Absent.duration;
import static dev.slipway.plan.Absent.list;
import static dev.slipway.plan.Absent.text;

import java.time.Duration;
import java.util.List;

/**
 * How a backup is brought back; a list of none or one.
 *
 * @param way {@code none}, {@code copy}, {@code rename} or {@code command}: how what was restored takes the place of
 *     what is there
 * @param command argv, of {@code command} alone
 * @param files files or folders that the command needs, beside its own {@code ./} paths
 * @param by any one of them may say yes; empty for the approvers, as many as their quorum
 * @param confirm the word that is typed
 * @param reason whether one has to be given
 * @param rto the longest time that a restore may take; zero where nothing is said
 * @param rpo the oldest that the newest backup may be; zero where nothing is said
 */
public record Restore(
        String way,
        List<String> command,
        List<String> files,
        List<String> by,
        String confirm,
        boolean reason,
        Duration rto,
        Duration rpo) {
    public static final String NONE = "none";
    public static final String COPY = "copy";
    public static final String RENAME = "rename";
    public static final String COMMAND = "command";

    public Restore {
        way = text(way);
        command = list(command);
        files = list(files);
        by = list(by);
        confirm = text(confirm);
        rto = duration(rto);
        rpo = duration(rpo);
    }

    static Restore usual() {
        return new Restore(NONE, List.of(), List.of(), List.of(), "CONFIRM", true, Duration.ZERO, Duration.ZERO);
    }
}
