CREATE TABLE "sae_matches" (
	"run_a" integer NOT NULL,
	"run_b" integer NOT NULL,
	"version" integer NOT NULL,
	"settings" jsonb NOT NULL,
	"activations_id" text NOT NULL,
	"figures" jsonb NOT NULL,
	"random" jsonb NOT NULL,
	"tokens" bigint NOT NULL,
	"documents" bigint NOT NULL,
	"seconds" double precision NOT NULL,
	"provenance" jsonb NOT NULL,
	"finished_at" timestamp with time zone DEFAULT now() NOT NULL,
	"best_a" integer[] NOT NULL,
	"best_b" integer[] NOT NULL,
	"cosine_a" real[] NOT NULL,
	"cosine_b" real[] NOT NULL,
	"partner_a" integer[] NOT NULL,
	"partner_b" integer[] NOT NULL,
	"partner_cosine_a" real[] NOT NULL,
	"partner_cosine_b" real[] NOT NULL,
	"density_a" real[] NOT NULL,
	"density_b" real[] NOT NULL,
	"together_a" real[] NOT NULL,
	"together_b" real[] NOT NULL,
	CONSTRAINT "sae_matches_run_a_run_b_pk" PRIMARY KEY("run_a","run_b"),
	CONSTRAINT "sae_matches_order" CHECK ("sae_matches"."run_a" < "sae_matches"."run_b")
);
--> statement-breakpoint
ALTER TABLE "sae_matches" ADD CONSTRAINT "sae_matches_run_a_runs_id_fk" FOREIGN KEY ("run_a") REFERENCES "public"."runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sae_matches" ADD CONSTRAINT "sae_matches_run_b_runs_id_fk" FOREIGN KEY ("run_b") REFERENCES "public"."runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "sae_matches_run_b_index" ON "sae_matches" USING btree ("run_b");