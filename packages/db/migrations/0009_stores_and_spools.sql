CREATE TABLE "stores" (
	"cluster" text NOT NULL,
	"location" text NOT NULL,
	"store_id" text NOT NULL,
	"first_used_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "stores_cluster_location_pk" PRIMARY KEY("cluster","location")
);
--> statement-breakpoint
ALTER TABLE "run_attempts" ADD COLUMN "spool" text;--> statement-breakpoint
UPDATE "run_attempts" SET "spool" = (runs.provenance #>> '{spool,id}') || '/' || (runs.provenance #>> '{spool,attempt}')
	FROM "runs" WHERE runs.id = run_attempts.run_id AND runs.attempt = run_attempts.attempt;
