SET LOCAL work_mem = '8MB';
SET work_mem = '9MB';
SET TIME ZONE 'UTC';
CREATE TABLE t AS SELECT timestamptz '2024-01-01 00:00:00' AS at;
RESET ALL;
