package dev.slipway.database.reference;

import java.sql.SQLException;
import java.util.List;

/** Where the rows that change go while they are compared: nowhere in a dry run, else beside the table. */
interface Landing {

    /** What changes about a row. */
    enum Kind {
        INSERT,
        UPDATE,
        DELETE
    }

    /** Some rows on their way, in the form of COPY. */
    interface Rows {
        void write(byte[] bytes) throws SQLException;

        /** All of them are there. */
        void end() throws SQLException;

        /** They are not wanted: the source failed. */
        void cancel() throws SQLException;
    }

    /** Takes rows that a table gets: new ones, or others in the place of what is there. */
    Rows rows(ReferenceTable table, Kind kind) throws SQLException;

    /** Takes the keys of rows that a table loses. */
    void gone(ReferenceTable table, List<ReferenceTable.Key> keys) throws SQLException;

    /** Takes all rows of a table that has none. */
    Rows all(ReferenceTable table) throws SQLException;

    /** A dry run. */
    static Landing nowhere() {
        return new Landing() {
            @Override
            public Rows rows(ReferenceTable table, Kind kind) {
                return NOWHERE;
            }

            @Override
            public void gone(ReferenceTable table, List<ReferenceTable.Key> keys) {
                // only looked at
            }

            @Override
            public Rows all(ReferenceTable table) {
                return NOWHERE;
            }
        };
    }

    Rows NOWHERE = new Rows() {
        @Override
        public void write(byte[] bytes) {
            // only looked at
        }

        @Override
        public void end() {
            // nothing is written
        }

        @Override
        public void cancel() {
            // nothing was written
        }
    };
}
