package dev.slipway.environment;

/** Where the turn of an environment is given back. */
@FunctionalInterface
public interface Turns {

    /**
     * Gives back the turn of the workflow whose activity runs on this thread, or its place in the queue, and tells the next.
     *
     * @param mirror the record as it leaves it
     * @return false where nobody took it: then the workflow has to do so itself
     */
    boolean handOver(String service, String environment, Mirror mirror);
}
