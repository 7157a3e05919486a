CREATE TABLE "claim_holders" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "claim_holders_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"hostname" text NOT NULL,
	"pid" integer NOT NULL,
	"lock_file" uuid,
	"backend_pid" integer,
	"backend_start" timestamp with time zone,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"seen_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "claims" (
	"kind" text NOT NULL,
	"key" text NOT NULL,
	"holder_id" integer NOT NULL,
	CONSTRAINT "claims_kind_key_holder_id_pk" PRIMARY KEY("kind","key","holder_id")
);
--> statement-breakpoint
DROP INDEX "workers_seen_at_index";--> statement-breakpoint
ALTER TABLE "sweeps" ADD COLUMN "failed_evaluations" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
DELETE FROM "workers";--> statement-breakpoint
ALTER TABLE "workers" ADD COLUMN "holder_id" integer NOT NULL;--> statement-breakpoint
ALTER TABLE "claims" ADD CONSTRAINT "claims_holder_id_claim_holders_id_fk" FOREIGN KEY ("holder_id") REFERENCES "public"."claim_holders"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "claim_holders_seen_at_index" ON "claim_holders" USING btree ("seen_at");--> statement-breakpoint
CREATE UNIQUE INDEX "claims_exclusive" ON "claims" USING btree ("kind","key") WHERE "claims"."kind" <> 'sweep';--> statement-breakpoint
CREATE INDEX "claims_holder_id_index" ON "claims" USING btree ("holder_id");--> statement-breakpoint
ALTER TABLE "workers" ADD CONSTRAINT "workers_holder_id_claim_holders_id_fk" FOREIGN KEY ("holder_id") REFERENCES "public"."claim_holders"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workers" DROP COLUMN "backend_pid";--> statement-breakpoint
ALTER TABLE "workers" DROP COLUMN "backend_start";--> statement-breakpoint
ALTER TABLE "workers" DROP COLUMN "seen_at";--> statement-breakpoint
ALTER TABLE "workers" DROP COLUMN "ended_at";--> statement-breakpoint
ALTER TABLE "workers" ADD CONSTRAINT "workers_of_holder" UNIQUE("holder_id");