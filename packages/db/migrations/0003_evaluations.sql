CREATE TYPE "public"."sae_kind" AS ENUM('baseline', 'foreign');--> statement-breakpoint
CREATE TABLE "evaluation_figures" (
	"evaluation_id" integer NOT NULL,
	"figure" text NOT NULL,
	"value" double precision NOT NULL,
	"low" double precision,
	"high" double precision,
	CONSTRAINT "evaluation_figures_evaluation_id_figure_pk" PRIMARY KEY("evaluation_id","figure")
);
--> statement-breakpoint
CREATE TABLE "evaluation_histograms" (
	"evaluation_id" integer NOT NULL,
	"name" text NOT NULL,
	"edges" double precision[] NOT NULL,
	"counts" bigint[] NOT NULL,
	CONSTRAINT "evaluation_histograms_evaluation_id_name_pk" PRIMARY KEY("evaluation_id","name")
);
--> statement-breakpoint
CREATE TABLE "evaluations" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "evaluations_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"run_id" integer,
	"sae_id" integer,
	"name" text NOT NULL,
	"version" integer NOT NULL,
	"data_id" text NOT NULL,
	"activations_id" text,
	"settings" jsonb NOT NULL,
	"settings_hash" text NOT NULL,
	"tokens" bigint DEFAULT 0 NOT NULL,
	"documents" bigint DEFAULT 0 NOT NULL,
	"seconds" double precision DEFAULT 0 NOT NULL,
	"provenance" jsonb NOT NULL,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone,
	CONSTRAINT "evaluations_subject" CHECK (num_nonnulls("evaluations"."run_id", "evaluations"."sae_id") = 1)
);
--> statement-breakpoint
CREATE TABLE "latents" (
	"evaluation_id" integer NOT NULL,
	"latent" integer NOT NULL,
	"density" double precision NOT NULL,
	"max_activation" double precision NOT NULL,
	"top_token" text,
	"raised_token" text,
	"lowered_token" text,
	"features" jsonb NOT NULL,
	CONSTRAINT "latents_evaluation_id_latent_pk" PRIMARY KEY("evaluation_id","latent")
);
--> statement-breakpoint
CREATE TABLE "saes" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "saes_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"hash" text NOT NULL,
	"kind" "sae_kind" NOT NULL,
	"name" text NOT NULL,
	"source" text NOT NULL,
	"architecture" text NOT NULL,
	"hook" text NOT NULL,
	"d_in" integer NOT NULL,
	"width" integer NOT NULL,
	"config" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "saes_hash_unique" UNIQUE("hash")
);
--> statement-breakpoint
CREATE TABLE "sweep_saes" (
	"sweep_id" integer NOT NULL,
	"sae_id" integer NOT NULL,
	"position" integer NOT NULL,
	CONSTRAINT "sweep_saes_sweep_id_sae_id_pk" PRIMARY KEY("sweep_id","sae_id")
);
--> statement-breakpoint
ALTER TABLE "evaluation_figures" ADD CONSTRAINT "evaluation_figures_evaluation_id_evaluations_id_fk" FOREIGN KEY ("evaluation_id") REFERENCES "public"."evaluations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "evaluation_histograms" ADD CONSTRAINT "evaluation_histograms_evaluation_id_evaluations_id_fk" FOREIGN KEY ("evaluation_id") REFERENCES "public"."evaluations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "evaluations" ADD CONSTRAINT "evaluations_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "evaluations" ADD CONSTRAINT "evaluations_sae_id_saes_id_fk" FOREIGN KEY ("sae_id") REFERENCES "public"."saes"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "latents" ADD CONSTRAINT "latents_evaluation_id_evaluations_id_fk" FOREIGN KEY ("evaluation_id") REFERENCES "public"."evaluations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sweep_saes" ADD CONSTRAINT "sweep_saes_sweep_id_sweeps_id_fk" FOREIGN KEY ("sweep_id") REFERENCES "public"."sweeps"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sweep_saes" ADD CONSTRAINT "sweep_saes_sae_id_saes_id_fk" FOREIGN KEY ("sae_id") REFERENCES "public"."saes"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "evaluations_of_run" ON "evaluations" USING btree ("run_id","name","version","data_id","settings_hash") WHERE "evaluations"."finished_at" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "evaluations_of_sae" ON "evaluations" USING btree ("sae_id","name","version","data_id","settings_hash") WHERE "evaluations"."finished_at" is not null;--> statement-breakpoint
CREATE INDEX "evaluations_unfinished" ON "evaluations" USING btree ("name") WHERE "evaluations"."finished_at" is null;--> statement-breakpoint
CREATE INDEX "latents_by_density" ON "latents" USING btree ("evaluation_id","density" DESC NULLS FIRST,"latent");--> statement-breakpoint
CREATE INDEX "sweep_saes_sae_id_index" ON "sweep_saes" USING btree ("sae_id");--> statement-breakpoint
-- Stores features out of line from 128 bytes on, so that a list of latents reads little.
ALTER TABLE "latents" SET (toast_tuple_target = 128);
