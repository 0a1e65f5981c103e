CREATE TABLE t (id serial PRIMARY KEY, a text, at int DEFAULT 0);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $fn$ BEGIN NEW.at := coalesce(NEW.at, 0) + 1; RETURN NEW; END; $fn$;
CREATE TRIGGER touch BEFORE INSERT OR UPDATE ON t FOR EACH ROW WHEN (NEW.a IS DISTINCT FROM ';') EXECUTE FUNCTION touch();
INSERT INTO t (a) VALUES ('x'), (';');
UPDATE t SET a = a || '!';
