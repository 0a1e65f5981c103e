/** What pending migrations do: read from their text, and tried on a scratch copy of a backup. */
package dev.slipway.database.rehearsal;
