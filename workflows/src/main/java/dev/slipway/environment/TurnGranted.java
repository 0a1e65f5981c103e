package dev.slipway.environment;

/**
 * From an environment's workflow, or from whoever handed over: this one may change the environment now.
 *
 * @param holder the run that it was given to
 * @param outdated the turn came to it, and it is out of the queue instead: what it was approved for is no longer what would happen
 */
public record TurnGranted(Holder holder, boolean outdated) {
    public TurnGranted(Holder holder) {
        this(holder, false);
    }

    public TurnGranted {
        holder = holder == null ? Holder.nobody() : holder;
    }
}
