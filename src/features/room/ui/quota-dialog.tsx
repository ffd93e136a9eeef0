"use client";

import { type FormEvent, useId, useState } from "react";
import { Button } from "../../../components/button";
import { Dialog } from "../../../components/dialog";
import { faultOf, restOfFault } from "../../../components/fault";
import { TextField } from "../../../components/field";
import { FormError } from "../../../components/form-error";
import { toast } from "../../../components/toast";
import { trpc } from "../../../trpc/react";
import type { ProjectRoomItem } from "../schema";
import { bytesOf, gigabytesOf } from "./gigabytes";

/** Sets what one project may take. Render it only while it is open. */
export function QuotaDialog({ project, onClose }: { project: ProjectRoomItem; onClose: () => void }) {
  const form = useId();
  const utils = trpc.useUtils();
  const [quota, setQuota] = useState(gigabytesOf(project.own_quota_bytes));
  const save = trpc.room.setQuota.useMutation({
    onSuccess: () => {
      void utils.room.invalidate();
      toast.done(`The quota of ${project.name} was saved`);
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate({ project_id: project.id, quota_bytes: bytesOf(quota) });
  };
  return (
    <Dialog
      open
      onOpenChange={(next) => next || onClose()}
      title={`Quota of ${project.name}`}
      width="sm"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={form} variant="primary" busy={save.isPending}>
            Save
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} className="flex flex-col gap-4">
        <TextField
          label="Gigabytes that it may take"
          name="quota_bytes"
          optional
          type="number"
          inputMode="decimal"
          min={0}
          step="any"
          hint="Empty: as every project here. 0: no limit. It keeps what it has if that is more; then no run of it starts."
          value={quota}
          onChange={(event) => setQuota(event.currentTarget.value)}
          error={faultOf(save.error, "quota_bytes")}
        />
        <FormError message={restOfFault(save.error, ["quota_bytes"])} />
      </form>
    </Dialog>
  );
}
