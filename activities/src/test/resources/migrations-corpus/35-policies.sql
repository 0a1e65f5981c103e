CREATE TABLE t (id int, owner text);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t FOR ALL USING (owner = current_user AND ';' <> '') WITH CHECK (true);
INSERT INTO t VALUES (1, 'a');
