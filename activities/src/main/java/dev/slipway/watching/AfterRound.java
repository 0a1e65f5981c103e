package dev.slipway.watching;

import dev.slipway.watch.Judgement;
import dev.slipway.watch.Measurement;

/** What hears of a watch after each round. It may throw, to break the watch off without an outcome, and must not wait. */
@FunctionalInterface
public interface AfterRound {
    /**
     * @param state what another worker can go on from; to be kept with the heartbeat
     * @param soFar what the verdict would be if the watch closed now
     * @return whether the watch goes on
     */
    boolean goOn(WatchState state, Judgement soFar);

    /** Hears of every measurement when it was judged; a state remembers the newest of all only. */
    default void measured(Measurement measurement) {}
}
