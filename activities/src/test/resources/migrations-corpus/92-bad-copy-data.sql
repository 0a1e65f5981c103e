-- expect: ERROR: invalid input syntax for type integer
CREATE TABLE t (a int);
COPY t FROM stdin;
1
x
\.
