/** Reference data: rows of files or of another database, compared first, and only what differs written. */
package dev.slipway.database.reference;
