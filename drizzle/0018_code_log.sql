CREATE TABLE "workflow_code_log_chunks" (
	"workflow_run_id" text NOT NULL,
	"offset" bigint NOT NULL,
	"bytes" "bytea" NOT NULL,
	"steps" integer NOT NULL,
	"prints" integer NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "workflow_code_log_chunks_workflow_run_id_offset_pk" PRIMARY KEY("workflow_run_id","offset")
);
--> statement-breakpoint
ALTER TABLE "workflow_code_log_chunks" ADD CONSTRAINT "workflow_code_log_chunks_workflow_run_id_workflow_runs_id_fk" FOREIGN KEY ("workflow_run_id") REFERENCES "public"."workflow_runs"("id") ON DELETE cascade ON UPDATE no action;