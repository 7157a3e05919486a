CREATE TYPE "public"."run_status" AS ENUM('queued', 'running', 'finished', 'failed', 'diverged', 'interrupted');--> statement-breakpoint
CREATE TYPE "public"."sweep_status" AS ENUM('running', 'finished', 'failed', 'interrupted');--> statement-breakpoint
CREATE TABLE "activations" (
	"id" text PRIMARY KEY NOT NULL,
	"model" text NOT NULL,
	"hook" text NOT NULL,
	"d_in" integer NOT NULL,
	"rows" bigint NOT NULL,
	"manifest" jsonb NOT NULL,
	"folder" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "artifacts" (
	"run_id" integer NOT NULL,
	"kind" text NOT NULL,
	"path" text NOT NULL,
	"bytes" bigint NOT NULL,
	"sha256" text NOT NULL,
	CONSTRAINT "artifacts_run_id_kind_path_pk" PRIMARY KEY("run_id","kind","path")
);
--> statement-breakpoint
CREATE TABLE "evaluations" (
	"run_id" integer NOT NULL,
	"metric" text NOT NULL,
	"value" double precision NOT NULL,
	CONSTRAINT "evaluations_run_id_metric_pk" PRIMARY KEY("run_id","metric")
);
--> statement-breakpoint
CREATE TABLE "histograms" (
	"run_id" integer NOT NULL,
	"name" text NOT NULL,
	"edges" double precision[] NOT NULL,
	"counts" bigint[] NOT NULL,
	CONSTRAINT "histograms_run_id_name_pk" PRIMARY KEY("run_id","name")
);
--> statement-breakpoint
CREATE TABLE "metric_chunks" (
	"run_id" integer NOT NULL,
	"metric" text NOT NULL,
	"first_step" integer NOT NULL,
	"last_step" integer NOT NULL,
	"steps" integer[] NOT NULL,
	"values" double precision[] NOT NULL,
	CONSTRAINT "metric_chunks_run_id_metric_first_step_pk" PRIMARY KEY("run_id","metric","first_step")
);
--> statement-breakpoint
CREATE TABLE "metric_summaries" (
	"run_id" integer NOT NULL,
	"metric" text NOT NULL,
	"last" double precision NOT NULL,
	"last_step" integer NOT NULL,
	"min" double precision,
	"max" double precision,
	"best_step" integer,
	"count" integer NOT NULL,
	CONSTRAINT "metric_summaries_run_id_metric_pk" PRIMARY KEY("run_id","metric")
);
--> statement-breakpoint
CREATE TABLE "runs" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "runs_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"hash" text NOT NULL,
	"variant" text NOT NULL,
	"math_version" integer NOT NULL,
	"hyper" jsonb NOT NULL,
	"hook" text NOT NULL,
	"layer" integer,
	"width" integer NOT NULL,
	"seed" integer NOT NULL,
	"activations_id" text NOT NULL,
	"config" jsonb NOT NULL,
	"loss_convention" text NOT NULL,
	"status" "run_status" DEFAULT 'queued' NOT NULL,
	"attempt" integer DEFAULT 0 NOT NULL,
	"step" integer DEFAULT 0 NOT NULL,
	"total_steps" integer,
	"diverged_at_step" integer,
	"error" jsonb,
	"provenance" jsonb,
	"queued_at" timestamp with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	"seconds" double precision,
	CONSTRAINT "runs_hash_unique" UNIQUE("hash")
);
--> statement-breakpoint
CREATE TABLE "sweep_runs" (
	"sweep_id" integer NOT NULL,
	"run_id" integer NOT NULL,
	"position" integer NOT NULL,
	CONSTRAINT "sweep_runs_sweep_id_run_id_pk" PRIMARY KEY("sweep_id","run_id")
);
--> statement-breakpoint
CREATE TABLE "sweeps" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "sweeps_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"definition_hash" text NOT NULL,
	"definition" jsonb NOT NULL,
	"file" text NOT NULL,
	"source" text NOT NULL,
	"status" "sweep_status" DEFAULT 'running' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_started_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "sweeps_definitionHash_unique" UNIQUE("definition_hash")
);
--> statement-breakpoint
CREATE TABLE "variants" (
	"name" text NOT NULL,
	"math_version" integer NOT NULL,
	"package_name" text NOT NULL,
	"package_version" text NOT NULL,
	"paper" text NOT NULL,
	"sparsity" text NOT NULL,
	"hyper_schema" jsonb NOT NULL,
	CONSTRAINT "variants_name_math_version_pk" PRIMARY KEY("name","math_version")
);
--> statement-breakpoint
ALTER TABLE "artifacts" ADD CONSTRAINT "artifacts_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "evaluations" ADD CONSTRAINT "evaluations_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "histograms" ADD CONSTRAINT "histograms_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "metric_chunks" ADD CONSTRAINT "metric_chunks_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "metric_summaries" ADD CONSTRAINT "metric_summaries_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sweep_runs" ADD CONSTRAINT "sweep_runs_sweep_id_sweeps_id_fk" FOREIGN KEY ("sweep_id") REFERENCES "public"."sweeps"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sweep_runs" ADD CONSTRAINT "sweep_runs_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "runs_status_index" ON "runs" USING btree ("status");--> statement-breakpoint
CREATE INDEX "runs_variant_math_version_index" ON "runs" USING btree ("variant","math_version");--> statement-breakpoint
CREATE INDEX "sweep_runs_run_id_index" ON "sweep_runs" USING btree ("run_id");