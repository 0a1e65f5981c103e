-- expect: line 2: `\set` is a command of psql
\set x 1
SELECT 1;
