-- expect: line 3: `\i` is a command of psql
CREATE TABLE t (a int);
\i other.sql
