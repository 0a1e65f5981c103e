/** What is wrong with a database, all at once, before anybody is asked to approve. */
package dev.slipway.database.preflight;
