package dev.slipway.worker.demo;

import java.util.Locale;
import java.util.Properties;

/**
 * How a version behaves once it serves. It stands in the commit itself, in {@code app/manners.properties}.
 *
 * @param staysWell false: in production its health check fails from the first page on that somebody looks at
 * @param errors part of the requests that fail, from 0 to 1
 * @param memory part of the memory that it may use, from 0 to 1
 * @param coverage of its tests, in percent
 */
record Manners(boolean staysWell, double errors, double memory, double coverage) {

    static final String FILE = "app/manners.properties";

    static Manners good() {
        return new Manners(true, 0, 0.42, 93.5);
    }

    Manners failingHealth() {
        return new Manners(false, errors, memory, coverage);
    }

    Manners errors(double part) {
        return new Manners(staysWell, part, memory, coverage);
    }

    Manners memory(double part) {
        return new Manners(staysWell, errors, part, coverage);
    }

    Manners coverage(double percent) {
        return new Manners(staysWell, errors, memory, percent);
    }

    static Manners of(Properties text) {
        return new Manners(
                Boolean.parseBoolean(text.getProperty("stays-well")),
                Double.parseDouble(text.getProperty("errors")),
                Double.parseDouble(text.getProperty("memory")),
                Double.parseDouble(text.getProperty("coverage")));
    }

    String text(String what) {
        return String.format(
                Locale.ROOT,
                "# %s%nstays-well=%s%nerrors=%s%nmemory=%s%ncoverage=%s%n",
                what,
                staysWell,
                errors,
                memory,
                coverage);
    }
}
