SET standard_conforming_strings = off;
SET escape_string_warning = off;
CREATE TABLE t (a text);
INSERT INTO t VALUES ('it\'s; one');
SET standard_conforming_strings TO 'on';
INSERT INTO t VALUES ('back\');
INSERT INTO t VALUES (';');
