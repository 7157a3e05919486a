ALTER TABLE "sae_matches" DROP CONSTRAINT "sae_matches_order";--> statement-breakpoint
ALTER TABLE "sae_matches" DROP CONSTRAINT "sae_matches_run_a_run_b_pk";--> statement-breakpoint
ALTER TABLE "latent_notes" ALTER COLUMN "run_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "sae_matches" ALTER COLUMN "run_a" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "sae_matches" ALTER COLUMN "run_b" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "latent_notes" ADD COLUMN "sae_id" integer;--> statement-breakpoint
ALTER TABLE "sae_matches" ADD COLUMN "sae_a" integer;--> statement-breakpoint
ALTER TABLE "sae_matches" ADD COLUMN "sae_b" integer;--> statement-breakpoint
ALTER TABLE "saes" ADD COLUMN "data" jsonb;--> statement-breakpoint
ALTER TABLE "saes" ADD COLUMN "activations_id" text;--> statement-breakpoint
ALTER TABLE "latent_notes" ADD CONSTRAINT "latent_notes_sae_id_saes_id_fk" FOREIGN KEY ("sae_id") REFERENCES "public"."saes"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sae_matches" ADD CONSTRAINT "sae_matches_sae_a_saes_id_fk" FOREIGN KEY ("sae_a") REFERENCES "public"."saes"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sae_matches" ADD CONSTRAINT "sae_matches_sae_b_saes_id_fk" FOREIGN KEY ("sae_b") REFERENCES "public"."saes"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "latent_notes_of_sae" ON "latent_notes" USING btree ("sae_id","latent");--> statement-breakpoint
CREATE UNIQUE INDEX "sae_matches_pair" ON "sae_matches" USING btree (coalesce("run_a", -"sae_a"),coalesce("run_b", -"sae_b"));--> statement-breakpoint
CREATE INDEX "sae_matches_run_a_run_b_index" ON "sae_matches" USING btree ("run_a","run_b");--> statement-breakpoint
CREATE INDEX "sae_matches_sae_a_index" ON "sae_matches" USING btree ("sae_a");--> statement-breakpoint
CREATE INDEX "sae_matches_sae_b_index" ON "sae_matches" USING btree ("sae_b");--> statement-breakpoint
ALTER TABLE "latent_notes" ADD CONSTRAINT "latent_notes_subject" CHECK (num_nonnulls("latent_notes"."run_id", "latent_notes"."sae_id") = 1);--> statement-breakpoint
ALTER TABLE "sae_matches" ADD CONSTRAINT "sae_matches_subjects" CHECK (num_nonnulls("sae_matches"."run_a", "sae_matches"."sae_a") = 1 and num_nonnulls("sae_matches"."run_b", "sae_matches"."sae_b") = 1);--> statement-breakpoint
ALTER TABLE "sae_matches" ADD CONSTRAINT "sae_matches_order" CHECK (coalesce("sae_matches"."run_a" < "sae_matches"."run_b", "sae_matches"."sae_a" < "sae_matches"."sae_b", "sae_matches"."run_a" is not null));--> statement-breakpoint
-- What the SAEs of sweeps were last evaluated on.
UPDATE "saes" SET "data" = known."definition", "activations_id" = known."activations_id" FROM (
	SELECT DISTINCT ON (evaluations."sae_id") evaluations."sae_id", sweeps."definition", evaluations."activations_id"
	FROM "evaluations"
	JOIN "sweep_saes" ON sweep_saes."sae_id" = evaluations."sae_id"
	JOIN "sweeps" ON sweeps."id" = sweep_saes."sweep_id"
	JOIN "sweep_runs" ON sweep_runs."sweep_id" = sweeps."id"
	JOIN "runs" ON runs."id" = sweep_runs."run_id" AND runs."activations_id" = evaluations."activations_id"
	WHERE evaluations."finished_at" IS NOT NULL
	ORDER BY evaluations."sae_id", evaluations."finished_at" DESC, sweeps."last_started_at" DESC
) AS known WHERE known."sae_id" = "saes"."id";
