CREATE TABLE "latent_probes" (
	"evaluation_id" integer NOT NULL,
	"latent" integer NOT NULL,
	"class" text NOT NULL,
	"score" double precision NOT NULL,
	"training_score" double precision NOT NULL,
	"p_value" double precision NOT NULL,
	"documents" integer NOT NULL,
	CONSTRAINT "latent_probes_evaluation_id_latent_pk" PRIMARY KEY("evaluation_id","latent")
);
--> statement-breakpoint
ALTER TABLE "latent_probes" ADD CONSTRAINT "latent_probes_evaluation_id_evaluations_id_fk" FOREIGN KEY ("evaluation_id") REFERENCES "public"."evaluations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "latent_probes_by_score" ON "latent_probes" USING btree ("evaluation_id","score" DESC NULLS LAST,"latent");