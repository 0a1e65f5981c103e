CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  -- it's; a $ sign
  RETURN 'a;b';
END;
$$;
CREATE TABLE t AS SELECT f() AS a;
