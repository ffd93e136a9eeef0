ALTER TABLE "agent_sessions" ADD COLUMN "tokens" bigint;--> statement-breakpoint
ALTER TABLE "agent_sessions" ADD COLUMN "cost" double precision;--> statement-breakpoint
ALTER TABLE "agent_sessions" ADD COLUMN "currency" text;--> statement-breakpoint
ALTER TABLE "agent_sessions" ADD COLUMN "worked_ms" bigint;--> statement-breakpoint
ALTER TABLE "workflow_run_steps" ADD COLUMN "tokens" bigint;--> statement-breakpoint
ALTER TABLE "workflow_run_steps" ADD COLUMN "cost" double precision;--> statement-breakpoint
ALTER TABLE "workflow_run_steps" ADD COLUMN "currency" text;--> statement-breakpoint
ALTER TABLE "workflow_runs" ADD COLUMN "tokens" bigint;--> statement-breakpoint
ALTER TABLE "workflow_runs" ADD COLUMN "cost" double precision;--> statement-breakpoint
ALTER TABLE "workflow_runs" ADD COLUMN "currency" text;--> statement-breakpoint
ALTER TABLE "workflow_runs" ADD COLUMN "budget" json;--> statement-breakpoint
ALTER TABLE "workflow_runs" ADD COLUMN "over_budget" json;