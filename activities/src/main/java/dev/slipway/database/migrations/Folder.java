package dev.slipway.database.migrations;

import java.util.List;

/**
 * What a directory of migrations holds.
 *
 * @param files in order
 * @param problems what is wrong with it, such as two files of one version
 * @param notes what is passed over, as the tool does
 */
record Folder(List<MigrationFile> files, List<String> problems, List<String> notes) {

    Folder {
        files = List.copyOf(files);
        problems = List.copyOf(problems);
        notes = List.copyOf(notes);
    }
}
