/** Migrations of a schema: the tools whose files and history tables are understood, and what runs them. */
package dev.slipway.database.migrations;
