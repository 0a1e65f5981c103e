package dev.slipway.environment;

/**
 * From an environment's workflow: this holder may change the environment now.
 *
 * @param holder the run that it was given to
 */
public record TurnGranted(Holder holder) {
    public TurnGranted {
        holder = holder == null ? Holder.nobody() : holder;
    }
}
