DO $outer$
BEGIN
  EXECUTE $inner$CREATE TABLE t (a text DEFAULT $$;$$);$inner$;
  EXECUTE $inner$INSERT INTO t VALUES ($x$ $inner_ $$ ; $x$)$inner$;
END
$outer$;
