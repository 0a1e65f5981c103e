package dev.slipway.release;

/** The task queues. They are contracts: clients look at them to say which worker is missing. */
public final class Queues {

    /** Workflow code alone; nothing that runs here has a secret. */
    public static final String WORKFLOWS = "releases";

    private Queues() {}

    /** The activities of one environment: polled only by workers that hold its secrets. */
    public static String activities(String environment) {
        return WORKFLOWS + "-" + environment;
    }
}
