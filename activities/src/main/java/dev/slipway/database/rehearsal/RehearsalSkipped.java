package dev.slipway.database.rehearsal;

/** A rehearsal that could not be held, for a reason that lies in the copy or this machine and not in the migrations. */
public final class RehearsalSkipped extends RuntimeException {

    public RehearsalSkipped(String why) {
        super(why);
    }

    public RehearsalSkipped(String why, Throwable cause) {
        super(why, cause);
    }
}
