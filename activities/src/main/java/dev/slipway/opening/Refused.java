package dev.slipway.opening;

import java.util.List;

/** Something that the worker will not do; every reason at once. */
public final class Refused extends RuntimeException {

    private final transient List<String> reasons;

    public Refused(List<String> reasons) {
        super(String.join("; ", reasons));
        this.reasons = List.copyOf(reasons);
    }

    public List<String> reasons() {
        return reasons;
    }
}
