"use client";

import { useState } from "react";
import { QueryView } from "../../../components/query-view";
import { Section } from "../../../components/section";
import { SkeletonRows } from "../../../components/skeleton";
import { toast } from "../../../components/toast";
import type { Retention } from "../../../model/retention";
import { trpc } from "../../../trpc/react";
import { RetentionForm } from "./retention-form";

/** What projects keep that do not say otherwise; for administrators. */
export function InstallationRetention() {
  const utils = trpc.useUtils();
  const [proposed, setProposed] = useState<Retention | null>(null);
  const preview = trpc.retention.previewAll.useQuery({ ...proposed }, { enabled: proposed !== null });
  const settings = trpc.installation.get.useQuery();
  const update = trpc.installation.update.useMutation({
    onSuccess: (saved) => {
      utils.installation.get.setData(undefined, saved);
      toast.done("Retention saved");
    },
  });
  return (
    <Section
      title="Retention"
      description="For projects that do not say otherwise. An empty field keeps everything."
    >
      <QueryView query={settings} skeleton={<SkeletonRows rows={5} label="Loading the retention" />}>
        {({ retention }) => (
          <RetentionForm
            key={JSON.stringify(retention)}
            saved={retention}
            otherwise={{}}
            proposed={proposed}
            propose={setProposed}
            preview={preview}
            save={(next) => update.mutateAsync({ retention: next })}
          />
        )}
      </QueryView>
    </Section>
  );
}
