package dev.slipway.database.backup;

import dev.slipway.database.PostgresBinaries.Installation;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Why programs cannot read a dump that is whole: they are too old for it, or lack what it was packed with. */
final class UnreadableDump {

    private UnreadableDump() {}

    /**
     * In words, with what helps.
     *
     * @param dump with its manifest beside it, or without one
     * @param said what pg_restore ended with
     */
    static Optional<String> why(Installation tools, Path dump, List<String> said) {
        String dumpedBy = Manifest.read(dump).map(Manifest::toolVersion).orElse("");
        if (said.stream().anyMatch(line -> line.contains("unsupported version (") && line.contains("in file header"))) {
            String major = dumpedBy.replaceFirst("\\D.*", "");
            return Optional.of(dump + ": the dump was made by "
                    + (dumpedBy.isEmpty() ? "a newer pg_dump" : "pg_dump " + dumpedBy)
                    + ", and the newest pg_restore on this machine is " + tools.version() + " (" + tools.directory()
                    + "), which cannot read it; install "
                    + (major.isEmpty() ? "a newer package postgresql-client" : "the package postgresql-client-" + major)
                    + ", or set PG_BIN to a directory that holds such a pg_restore");
        }
        return said.stream().anyMatch(line -> line.contains("does not support compression"))
                ? Optional.of(dump + ": the dump is packed in a way that " + tools.program("pg_restore") + " ("
                        + tools.version() + ") was built without (" + RestoreError.shown(said)
                        + "); set PG_BIN to a directory that holds one that was built with it")
                : Optional.empty();
    }
}
