package dev.slipway.worker.crash;

/** A worker of a scene, wherever it runs. */
interface SomeWorker extends AutoCloseable {

    boolean isAlive();

    /** kill -9: the worker alone, not what it has started. */
    void kill();

    /** SIGTERM, and waits for its end. @return its exit code */
    int stop();

    String said();

    @Override
    void close();
}
