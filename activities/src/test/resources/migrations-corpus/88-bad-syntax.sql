-- expect: line 4: ERROR: syntax error at or near "TABEL"
CREATE TABLE t (a int);

CREATE TABEL u (a int);
