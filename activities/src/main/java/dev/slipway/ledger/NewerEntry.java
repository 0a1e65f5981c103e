package dev.slipway.ledger;

/**
 * An entry that a newer version wrote, with something in it that this one does not know. This worker neither judges by it nor
 * appends after it; an upgraded one does, so whoever asked may try again.
 */
public final class NewerEntry extends RecordRefused {

    /** @param what what is not known, such as {@code format 2} */
    NewerEntry(String environment, long number, String what) {
        super(environment + ": entry " + number + " of the record was written by a newer Slipway (" + what
                + " is not known here); upgrade this worker, which does nothing there until then");
    }
}
