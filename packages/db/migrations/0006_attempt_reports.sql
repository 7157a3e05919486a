ALTER TABLE "run_attempts" ADD COLUMN "log" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "run_attempts" ADD COLUMN "log_cut" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "run_attempts" ADD COLUMN "clock_steps" integer[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "run_attempts" ADD COLUMN "clock_seconds" double precision[] DEFAULT '{}' NOT NULL;