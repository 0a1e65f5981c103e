package dev.slipway.database.migrations;

/**
 * One migration file, or the history's memory of one.
 *
 * @param version its version, or "repeatable"
 * @param description as its file name says it
 * @param file its name
 */
public record Migration(String version, String description, String file) {}
