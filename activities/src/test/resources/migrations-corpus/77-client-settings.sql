SET datestyle = 'ISO, DMY';
CREATE TABLE t (d date);
INSERT INTO t VALUES ('31.12.2024');
SET intervalstyle = 'iso_8601';
SET bytea_output = escape;
INSERT INTO t VALUES ('2025-01-01');
