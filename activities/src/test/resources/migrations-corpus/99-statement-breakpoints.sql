DO $$ BEGIN
 CREATE TYPE "role" AS ENUM('admin', 'user');
EXCEPTION
 WHEN duplicate_object THEN null;
END $$;
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS "account" (
	"userId" text NOT NULL,
	"role" "role" DEFAULT 'user',
	CONSTRAINT account_pk PRIMARY KEY("userId")
);
--> statement-breakpoint
ALTER TABLE "account" ADD COLUMN "at" timestamp DEFAULT '2024-01-01' NOT NULL;--> statement-breakpoint
DO $$ BEGIN
 ALTER TABLE "account" ADD CONSTRAINT "self_fk" FOREIGN KEY ("userId") REFERENCES "public"."account"("userId") ON DELETE no action ON UPDATE no action;
EXCEPTION
 WHEN duplicate_object THEN null;
END $$;
--> statement-breakpoint
INSERT INTO account VALUES ('a;b', 'admin');
