-- Of no row yet. Whoever goes is looked for by it.
CREATE INDEX "workflow_definitions_disabled_by_idx" ON "workflow_definitions" USING btree ("disabled_by") WHERE disabled_by is not null;
