/** PostgreSQL, seen by a release: connections, backups that are read back, migrations, reference data. */
package dev.slipway.database;
