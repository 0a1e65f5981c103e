CREATE TABLE t (a int);
COPY t FROM stdin;
\.
COPY t (a) FROM stdin; -- nothing either
\.
INSERT INTO t VALUES (1);
