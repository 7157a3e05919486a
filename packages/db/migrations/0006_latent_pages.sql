CREATE TABLE "latent_explanations" (
	"evaluation_id" integer NOT NULL,
	"latent" integer NOT NULL,
	"model" text NOT NULL,
	"prompt_version" integer NOT NULL,
	"label" text NOT NULL,
	"score" double precision,
	"judged" integer NOT NULL,
	"prompt_tokens" integer NOT NULL,
	"completion_tokens" integer NOT NULL,
	"written_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "latent_explanations_pk" PRIMARY KEY("evaluation_id","latent","model","prompt_version")
);
--> statement-breakpoint
CREATE TABLE "latent_notes" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "latent_notes_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"run_id" integer NOT NULL,
	"latent" integer NOT NULL,
	"kind" text NOT NULL,
	"text" text NOT NULL,
	"author" text DEFAULT '' NOT NULL,
	"written_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "latent_notes_kind" CHECK ("latent_notes"."kind" in ('label', 'note'))
);
--> statement-breakpoint
ALTER TABLE "latents" ADD COLUMN "max_cosine" double precision;--> statement-breakpoint
ALTER TABLE "latents" ADD COLUMN "raised_tokens" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "latents" ADD COLUMN "active_tokens" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "latents" ADD COLUMN "search_text" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "latent_explanations" ADD CONSTRAINT "latent_explanations_evaluation_id_evaluations_id_fk" FOREIGN KEY ("evaluation_id") REFERENCES "public"."evaluations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "latent_notes" ADD CONSTRAINT "latent_notes_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "latent_notes_of_latent" ON "latent_notes" USING btree ("run_id","latent");--> statement-breakpoint
UPDATE "latents" SET
  "max_cosine" = ("features" #>> '{nearest,0,cosine}')::double precision,
  "raised_tokens" = ARRAY(
    SELECT "word" FROM jsonb_array_elements_text(jsonb_path_query_array("features", 'lax $.raised[*].token')) AS "word"
  ),
  "active_tokens" = ARRAY(
    SELECT DISTINCT "example" -> 'tokens' ->> ("example" ->> 'at')::integer
    FROM (
      SELECT jsonb_path_query("features", 'lax $.top[*]') AS "example"
      UNION ALL SELECT jsonb_path_query("features", 'lax $.bands[*].examples[*]')
    ) AS "examples"
    WHERE "example" -> 'tokens' ->> ("example" ->> 'at')::integer IS NOT NULL
  );--> statement-breakpoint
UPDATE "latents" SET "search_text" = lower(concat_ws(E'\n', (
    SELECT string_agg(
      (SELECT string_agg("word", '' ORDER BY "place")
        FROM jsonb_array_elements_text(jsonb_path_query_array("example", 'lax $.tokens[*]'))
          WITH ORDINALITY AS "words" ("word", "place")),
      E'\n' ORDER BY "rank")
    FROM jsonb_path_query("features", 'lax $.top[*]') WITH ORDINALITY AS "top" ("example", "rank")
  ), nullif(array_to_string("active_tokens" || "raised_tokens", E'\n'), '')));
