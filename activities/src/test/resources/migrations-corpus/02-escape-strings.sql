CREATE TABLE t (a text);
INSERT INTO t VALUES (E'it\'s; fine'), (e'back\\'), (E'\n;'), ('no\escape');
INSERT INTO t VALUES (E'\\''; still');
