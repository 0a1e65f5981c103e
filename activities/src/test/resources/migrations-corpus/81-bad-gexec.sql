-- expect: line 2: `\gexec` is a command of psql
SELECT 'CREATE TABLE t (a int)' \gexec
