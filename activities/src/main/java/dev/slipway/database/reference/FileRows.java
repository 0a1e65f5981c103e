package dev.slipway.database.reference;

import java.sql.SQLException;
import java.util.List;

/** The rows of a file. */
interface FileRows {

    /** The names of their columns, in order. */
    List<String> columns();

    /** Writes them in the form that COPY reads. */
    void write(Landing.Rows into) throws SQLException;

    /** Where the file has a line of what was written, in words. */
    String place(int line);
}
