CREATE TABLE t (a text, "dätä;" int);
INSERT INTO t VALUES (U&'d\0061t\+000061;', 1), ('你好; 😀', 2);
CREATE TABLE U&"d\0061;t" (i int);
