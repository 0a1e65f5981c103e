CREATE TABLE t (a int, b text, c text);
COPY t (a, b, c) FROM stdin;
1	one;	\N
2	it's "q"	$$
3	back\\slash	tab\there
\.
INSERT INTO t VALUES (4, 'four', '');
