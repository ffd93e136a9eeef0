CREATE TABLE "workflow_decisions" (
	"id" text PRIMARY KEY NOT NULL,
	"workflow_run_step_id" text NOT NULL,
	"attempt" integer NOT NULL,
	"user_id" text,
	"user_name" text NOT NULL,
	"decision" text NOT NULL,
	"note" text,
	"answer" jsonb,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "workflow_decisions_decision_check" CHECK ("decision" in ('approve', 'reject'))
);
--> statement-breakpoint
ALTER TABLE "workflow_run_steps" ADD COLUMN "waiting_for" text;--> statement-breakpoint
ALTER TABLE "workflow_run_steps" ADD COLUMN "wake_at" timestamp(3) with time zone;--> statement-breakpoint
ALTER TABLE "workflow_run_steps" ADD COLUMN "request" jsonb;--> statement-breakpoint
ALTER TABLE "workflow_runs" ADD COLUMN "waiting_since" timestamp(3) with time zone;--> statement-breakpoint
ALTER TABLE "workflow_decisions" ADD CONSTRAINT "workflow_decisions_workflow_run_step_id_workflow_run_steps_id_fk" FOREIGN KEY ("workflow_run_step_id") REFERENCES "public"."workflow_run_steps"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workflow_decisions" ADD CONSTRAINT "workflow_decisions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "workflow_decisions_user_id_key" ON "workflow_decisions" USING btree ("workflow_run_step_id","attempt","user_id");--> statement-breakpoint
ALTER TABLE "workflow_run_steps" ADD CONSTRAINT "workflow_run_steps_waiting_for_check" CHECK ("waiting_for" in ('approval', 'permission', 'sleep'));--> statement-breakpoint
ALTER TABLE "workflow_run_steps" ADD CONSTRAINT "workflow_run_steps_waiting_runs_check" CHECK (waiting_for is null or status = 'running');