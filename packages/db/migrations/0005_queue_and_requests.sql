CREATE TYPE "public"."attempt_reason" AS ENUM('finished', 'failed', 'diverged', 'interrupted', 'cancelled', 'preempted', 'lost', 'disk', 'out-of-memory');--> statement-breakpoint
ALTER TYPE "public"."run_status" ADD VALUE 'cancelled';--> statement-breakpoint
ALTER TYPE "public"."sweep_status" ADD VALUE 'queued';--> statement-breakpoint
ALTER TYPE "public"."sweep_status" ADD VALUE 'cancelled';--> statement-breakpoint
CREATE TABLE "run_attempts" (
	"run_id" integer NOT NULL,
	"attempt" integer NOT NULL,
	"hostname" text,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp with time zone,
	"reason" "attempt_reason",
	"error" jsonb,
	CONSTRAINT "run_attempts_run_id_attempt_pk" PRIMARY KEY("run_id","attempt")
);
--> statement-breakpoint
CREATE TABLE "sweep_tags" (
	"sweep_id" integer NOT NULL,
	"tag" text NOT NULL,
	CONSTRAINT "sweep_tags_sweep_id_tag_pk" PRIMARY KEY("sweep_id","tag")
);
--> statement-breakpoint
CREATE TABLE "workers" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "workers_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"hostname" text NOT NULL,
	"pid" integer NOT NULL,
	"queues" jsonb NOT NULL,
	"concurrency" integer NOT NULL,
	"device" text NOT NULL,
	"data_dir" text NOT NULL,
	"commit" text,
	"backend_pid" integer NOT NULL,
	"backend_start" timestamp with time zone NOT NULL,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "defaults" jsonb;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "cancel_requested_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "retry_requested_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "notes" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "sweeps" ADD COLUMN "queue" text;--> statement-breakpoint
ALTER TABLE "sweeps" ADD COLUMN "cancel_requested_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "sweeps" ADD COLUMN "archived_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "sweeps" ADD COLUMN "notes" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "run_attempts" ADD CONSTRAINT "run_attempts_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sweep_tags" ADD CONSTRAINT "sweep_tags_sweep_id_sweeps_id_fk" FOREIGN KEY ("sweep_id") REFERENCES "public"."sweeps"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "run_attempts_reason_index" ON "run_attempts" USING btree ("reason");--> statement-breakpoint
CREATE INDEX "workers_seen_at_index" ON "workers" USING btree ("seen_at");