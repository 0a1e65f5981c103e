-- windows;
CREATE TABLE t (
  a text -- it's
);
CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$
BEGIN
  RETURN 1;
END;
$$;
INSERT INTO t VALUES ('x;
y');
