CREATE TABLE log (n int, t text);
DO LANGUAGE plpgsql $body$
DECLARE
  one record;
  dynamic text := $q$INSERT INTO log SELECT 1, 'it''s; $$ inside $$'$q$;
BEGIN
  EXECUTE dynamic;
  FOR one IN SELECT generate_series(2, 40) AS n LOOP
    IF one.n % 2 = 0 THEN
      BEGIN
        INSERT INTO log VALUES (one.n, E'even\t;\\');
        IF one.n = 10 THEN RAISE EXCEPTION 'ten; %', one.n USING ERRCODE = 'P0001'; END IF;
      EXCEPTION WHEN OTHERS THEN
        INSERT INTO log VALUES (-one.n, SQLERRM);
      END;
    ELSIF one.n % 3 = 0 THEN
      EXECUTE format('CREATE TABLE %I (id int DEFAULT %L)', 't;' || one.n, one.n);
    ELSE
      PERFORM set_config('slipway.said', one.n::text, true); /* nested /* comment; */ here */
    END IF;
  END LOOP;
  -- a comment with ' and $body
END
$body$;
