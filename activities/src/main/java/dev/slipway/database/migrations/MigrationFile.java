package dev.slipway.database.migrations;

/**
 * One migration with what it says.
 *
 * @param migration what it is called
 * @param text its SQL as the file has it, a byte order mark included
 * @param down the SQL that takes it back; empty where there is none
 */
public record MigrationFile(Migration migration, String text, String down) {}
