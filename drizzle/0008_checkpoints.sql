CREATE TABLE "workflow_checkpoints" (
	"workflow_run_id" text NOT NULL,
	"ordinal" integer NOT NULL,
	"entry" json NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "workflow_checkpoints_workflow_run_id_ordinal_pk" PRIMARY KEY("workflow_run_id","ordinal")
);
--> statement-breakpoint
ALTER TABLE "workflow_checkpoints" ADD CONSTRAINT "workflow_checkpoints_workflow_run_id_workflow_runs_id_fk" FOREIGN KEY ("workflow_run_id") REFERENCES "public"."workflow_runs"("id") ON DELETE cascade ON UPDATE no action;