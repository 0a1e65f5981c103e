package io.temporal.worker;

import com.uber.m3.tally.NoopScope;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.internal.worker.WorkflowExecutorCache;

/**
 * The workflows that a factory of the SDK keeps in memory between two of their tasks, each with its threads. It stands in
 * the SDK's package because the SDK has no public way to let go of one before another needs its place.
 */
public final class WorkflowsInMemory {

    private final WorkflowExecutorCache cache;

    public WorkflowsInMemory(WorkerFactory factory) {
        this.cache = factory.getCache();
    }

    public int size() {
        return Math.toIntExact(cache.size());
    }

    /** How many tasks ever went to a workflow that was in memory. */
    public int hits() {
        return cache.getCacheHits();
    }

    /** Lets go of some that are in no task right now, until no more than so many are left; they are read again when needed. */
    public void keep(int most) {
        for (int over = size() - most; over > 0; over--) {
            if (!cache.evictAnyNotInProcessing(WorkflowExecution.getDefaultInstance(), new NoopScope())) {
                return;
            }
        }
    }
}
