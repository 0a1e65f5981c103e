CREATE TABLE t (a text DEFAULT '', b text DEFAULT '''', c text DEFAULT '''''');
INSERT INTO t DEFAULT VALUES;
INSERT INTO t VALUES ('', ''';''', ';''');
