CREATE TABLE "run_keys" (
	"key" text PRIMARY KEY NOT NULL,
	"path" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "run_tags" (
	"run_id" integer NOT NULL,
	"tag" text NOT NULL,
	CONSTRAINT "run_tags_run_id_tag_pk" PRIMARY KEY("run_id","tag")
);
--> statement-breakpoint
CREATE TABLE "saved_views" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "saved_views_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"query" text NOT NULL,
	"saved_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "saved_views_name_unique" UNIQUE("name")
);
--> statement-breakpoint
ALTER TABLE "run_tags" ADD CONSTRAINT "run_tags_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "run_tags_tag_index" ON "run_tags" USING btree ("tag");--> statement-breakpoint
CREATE INDEX "evaluation_figures_by_figure" ON "evaluation_figures" USING btree ("figure","evaluation_id","value");--> statement-breakpoint
CREATE INDEX "figures_by_figure" ON "figures" USING btree ("figure","run_id","value");--> statement-breakpoint
-- The keys of the settings of existing runs; `queries/run-table/setting-keys.ts` adds those of new ones.
INSERT INTO "run_keys" ("key", "path")
WITH RECURSIVE "settings" ("path", "value") AS (
	SELECT DISTINCT ARRAY['hyper', "key"], "value" FROM "runs", jsonb_each("hyper")
	UNION
	SELECT DISTINCT ARRAY['config', "key"], "value" FROM "runs", jsonb_each("config")
		WHERE "key" NOT IN ('hyper', 'variant', 'hook', 'dSae', 'seed', 'activationsId')
	UNION
	SELECT "settings"."path" || "inner"."key", "inner"."value"
		FROM "settings", jsonb_each(CASE WHEN jsonb_typeof("settings"."value") = 'object' THEN "settings"."value" END) AS "inner"
)
SELECT DISTINCT ON ("key") * FROM (
	SELECT array_to_string(CASE WHEN "path"[1] = 'config' THEN "path"[2:] ELSE "path" END, '.') AS "key", to_jsonb("path") AS "path"
	FROM "settings" WHERE jsonb_typeof("value") <> 'object'
) AS "keys" ORDER BY "key";
