package dev.slipway.database.reference;

import dev.slipway.database.PostgresUrl;
import java.nio.file.Path;

/** Where the rows of reference data are right. */
public sealed interface ReferenceSource {

    /** As it is said to a person; no secret in it. */
    String display();

    /** Another database. */
    record OfDatabase(PostgresUrl url) implements ReferenceSource {
        @Override
        public String display() {
            return url.display();
        }
    }

    /**
     * A folder with one CSV or SQL file for each table.
     *
     * @param folder where it lies now
     * @param name as the plan names it
     */
    record OfFiles(Path folder, String name) implements ReferenceSource {
        @Override
        public String display() {
            return name;
        }
    }
}
