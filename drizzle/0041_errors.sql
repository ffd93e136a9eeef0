ALTER TABLE "workflow_runs" ADD COLUMN "first_error" json;--> statement-breakpoint
ALTER TABLE "workflow_run_steps" ADD COLUMN "errors" json, ADD COLUMN "error_excerpt" text, ADD COLUMN "error_line" integer, ADD COLUMN "continue_on_error" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "workflow_run_step_attempts" ADD COLUMN "errors" json;
