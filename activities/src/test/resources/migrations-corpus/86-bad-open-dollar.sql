-- expect: line 2: a text that $x$ opens is not closed
SELECT $x$ ; $y$ ; $$;
