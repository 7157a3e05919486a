ALTER TYPE "public"."run_status" ADD VALUE 'cancelled';--> statement-breakpoint
ALTER TYPE "public"."sweep_status" ADD VALUE 'cancelled';--> statement-breakpoint
CREATE TABLE "sweep_tags" (
	"sweep_id" integer NOT NULL,
	"tag" text NOT NULL,
	CONSTRAINT "sweep_tags_sweep_id_tag_pk" PRIMARY KEY("sweep_id","tag")
);
--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "defaults" jsonb;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "cancel_requested_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "retry_requested_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "notes" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "sweeps" ADD COLUMN "cancel_requested_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "sweeps" ADD COLUMN "archived_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "sweeps" ADD COLUMN "notes" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "sweep_tags" ADD CONSTRAINT "sweep_tags_sweep_id_sweeps_id_fk" FOREIGN KEY ("sweep_id") REFERENCES "public"."sweeps"("id") ON DELETE cascade ON UPDATE no action;