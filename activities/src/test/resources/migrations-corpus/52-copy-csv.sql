CREATE TABLE t (a int, b text);
COPY public.t FROM STDIN WITH (FORMAT csv, HEADER true);
a,b
1,"x;
y"
2,"he said ""hi"""
\.
COPY t FROM STDIN CSV;
3,three
\.
CREATE TABLE u (i int);
