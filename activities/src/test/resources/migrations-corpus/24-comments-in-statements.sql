CREATE /* a; */ TABLE -- b;
 t /* c' */ ( -- d
 a int -- e;
, b int /* f */ ) /* g */ ;
COMMENT ON TABLE t IS 'x; -- y /* z';
