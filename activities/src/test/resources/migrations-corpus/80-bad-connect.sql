-- expect: line 2: `\connect` is a command of psql
\connect other
CREATE TABLE t (a int);
