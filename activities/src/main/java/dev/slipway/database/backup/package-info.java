/** Dumps that are proved: taken, read back or restored into a copy, kept in a store, found again. */
package dev.slipway.database.backup;
