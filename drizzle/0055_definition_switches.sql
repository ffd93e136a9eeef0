-- Whether a definition may start, and the key by which its badge is shown to whoever has the address.
ALTER TABLE "workflow_definitions" ADD COLUMN "disabled_at" timestamp(3) with time zone;--> statement-breakpoint
ALTER TABLE "workflow_definitions" ADD COLUMN "disabled_by" text REFERENCES "public"."users"("id") ON DELETE set null;--> statement-breakpoint
ALTER TABLE "workflow_definitions" ADD COLUMN "badge_key" text;
