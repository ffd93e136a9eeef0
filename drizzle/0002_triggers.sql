CREATE TABLE "workflow_trigger_deliveries" (
	"workflow_trigger_id" text NOT NULL,
	"key" text NOT NULL,
	"workflow_run_id" text NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "workflow_trigger_deliveries_workflow_trigger_id_key_pk" PRIMARY KEY("workflow_trigger_id","key")
);
--> statement-breakpoint
CREATE TABLE "workflow_triggers" (
	"id" text PRIMARY KEY NOT NULL,
	"workflow_definition_id" text NOT NULL,
	"kind" text NOT NULL,
	"key" text NOT NULL,
	"spec" jsonb NOT NULL,
	"enabled" boolean NOT NULL,
	"on_behalf_of" text,
	"next_run_at" timestamp(3) with time zone,
	"last_fired_at" timestamp(3) with time zone,
	"last_run_id" text,
	"last_error" text,
	"secret" "bytea",
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "workflow_triggers_kind_check" CHECK ("kind" in ('schedule', 'webhook'))
);
--> statement-breakpoint
ALTER TABLE "workflow_trigger_deliveries" ADD CONSTRAINT "workflow_trigger_deliveries_workflow_trigger_id_workflow_triggers_id_fk" FOREIGN KEY ("workflow_trigger_id") REFERENCES "public"."workflow_triggers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workflow_triggers" ADD CONSTRAINT "workflow_triggers_workflow_definition_id_workflow_definitions_id_fk" FOREIGN KEY ("workflow_definition_id") REFERENCES "public"."workflow_definitions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workflow_triggers" ADD CONSTRAINT "workflow_triggers_on_behalf_of_users_id_fk" FOREIGN KEY ("on_behalf_of") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workflow_triggers" ADD CONSTRAINT "workflow_triggers_last_run_id_workflow_runs_id_fk" FOREIGN KEY ("last_run_id") REFERENCES "public"."workflow_runs"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "workflow_trigger_deliveries_created_at_idx" ON "workflow_trigger_deliveries" USING btree ("created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "workflow_triggers_key_key" ON "workflow_triggers" USING btree ("workflow_definition_id","kind","key");--> statement-breakpoint
CREATE INDEX "workflow_triggers_next_run_at_idx" ON "workflow_triggers" USING btree ("next_run_at") WHERE enabled;--> statement-breakpoint
CREATE INDEX "workflow_triggers_on_behalf_of_idx" ON "workflow_triggers" USING btree ("on_behalf_of");--> statement-breakpoint
CREATE INDEX "workflow_triggers_last_run_id_idx" ON "workflow_triggers" USING btree ("last_run_id");