ALTER TABLE "metric_summaries" DISABLE ROW LEVEL SECURITY;--> statement-breakpoint
DROP TABLE "metric_summaries" CASCADE;--> statement-breakpoint
ALTER TABLE "metric_chunks" RENAME TO "curve_chunks";--> statement-breakpoint
ALTER TABLE "evaluations" RENAME TO "figures";--> statement-breakpoint
ALTER TABLE "figures" RENAME COLUMN "metric" TO "figure";--> statement-breakpoint
ALTER TABLE "curve_chunks" RENAME COLUMN "metric" TO "curve";--> statement-breakpoint
ALTER TABLE "figures" DROP CONSTRAINT "evaluations_run_id_runs_id_fk";
--> statement-breakpoint
ALTER TABLE "curve_chunks" DROP CONSTRAINT "metric_chunks_run_id_runs_id_fk";
--> statement-breakpoint
ALTER TABLE "figures" DROP CONSTRAINT "evaluations_run_id_metric_pk";--> statement-breakpoint
ALTER TABLE "curve_chunks" DROP CONSTRAINT "metric_chunks_run_id_metric_first_step_pk";--> statement-breakpoint
ALTER TABLE "figures" ADD CONSTRAINT "figures_run_id_figure_pk" PRIMARY KEY("run_id","figure");--> statement-breakpoint
ALTER TABLE "curve_chunks" ADD CONSTRAINT "curve_chunks_run_id_curve_first_step_pk" PRIMARY KEY("run_id","curve","first_step");--> statement-breakpoint
ALTER TABLE "figures" ADD CONSTRAINT "figures_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "curve_chunks" ADD CONSTRAINT "curve_chunks_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "runs" DROP COLUMN "layer";