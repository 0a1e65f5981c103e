create schema if not exists auth;
create table if not exists auth.users (id uuid primary key, email text);
do $$ begin
  create role anon nologin noinherit;
  create role authenticated nologin noinherit;
  create role service_role nologin noinherit bypassrls;
exception when duplicate_object then null; end $$;
create or replace function auth.uid() returns uuid language sql stable
  as $$ select nullif(current_setting('request.jwt.claim.sub', true), '')::uuid $$;

create type "public"."status" as enum ('draft', 'sent');

create table "public"."profiles" (
    "id" uuid not null,
    "updated_at" timestamp with time zone default timezone('utc'::text, '2024-01-01 00:00:00+00'::timestamptz),
    "status" status not null default 'draft'::status,
    "tags" text[] default '{}'::text[]
);

alter table "public"."profiles" enable row level security;
CREATE UNIQUE INDEX profiles_pkey ON public.profiles USING btree (id);
alter table "public"."profiles" add constraint "profiles_pkey" PRIMARY KEY using index "profiles_pkey";
alter table "public"."profiles" add constraint "profiles_id_fkey" FOREIGN KEY (id) REFERENCES auth.users(id) ON DELETE CASCADE not valid;
alter table "public"."profiles" validate constraint "profiles_id_fkey";

set check_function_bodies = off;

CREATE OR REPLACE FUNCTION public.handle_new_user()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  insert into public.profiles (id) values (new.id);
  return new; -- ; and ' on purpose
end;
$function$
;

grant delete, insert, select, update on table "public"."profiles" to "anon";
grant all on table "public"."profiles" to "authenticated", "service_role";
alter default privileges in schema public grant select on tables to anon;

create policy "Users can see; their own" on "public"."profiles"
as permissive for select to public
using ((auth.uid() = id));

CREATE TRIGGER on_auth_user_created AFTER INSERT ON auth.users FOR EACH ROW EXECUTE FUNCTION handle_new_user();
insert into auth.users values ('00000000-0000-0000-0000-000000000001', 'a@example.org');
notify pgrst, 'reload schema';
reset all;
insert into auth.users values ('00000000-0000-0000-0000-000000000002', null);
