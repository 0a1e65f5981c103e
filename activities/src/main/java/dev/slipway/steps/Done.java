package dev.slipway.steps;

import java.util.List;
import java.util.Map;

/**
 * What a step did.
 *
 * @param summary one sentence
 * @param facts small named results, for the record
 * @param lines the last lines of a child process
 */
public record Done(String summary, Map<String, String> facts, List<String> lines) {}
