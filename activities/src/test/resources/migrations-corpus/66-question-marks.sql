CREATE TABLE t (a jsonb, p point);
CREATE INDEX i ON t USING gin (a);
INSERT INTO t VALUES ('{"?": 1}', '(1,2)');
DELETE FROM t WHERE a ? 'x' OR a ?& ARRAY['y'] OR p ?- point '(0,0)';
