/** A backup that comes back: beside what is there, compared, then switched to; and the drill of it. */
package dev.slipway.database.restore;
