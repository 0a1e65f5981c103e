CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $body$
DECLARE x text := $$inner; $ $$;
BEGIN
  EXECUTE $q$SELECT $w$deep; w$w$ || ';'$q$ INTO x;
  RETURN x;
END $body$;
