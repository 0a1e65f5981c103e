/** PostgreSQL as every job needs it: connection strings, sessions, poolers, its programs, throw-away clusters. */
package dev.slipway.database;
