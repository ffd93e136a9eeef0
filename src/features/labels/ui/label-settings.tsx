"use client";

import { Pencil, Plus, Tag, Trash2 } from "lucide-react";
import { useState } from "react";
import { Button } from "../../../components/button";
import { ConfirmDialog } from "../../../components/confirm-dialog";
import { faultOf } from "../../../components/fault";
import { TextField } from "../../../components/field";
import { FormDialog } from "../../../components/form-dialog";
import { IconButton } from "../../../components/icon-button";
import { List, ListRow } from "../../../components/list";
import { QueryView } from "../../../components/query-view";
import { Section } from "../../../components/section";
import { SelectField } from "../../../components/select-field";
import { SkeletonRows } from "../../../components/skeleton";
import { EmptyState } from "../../../components/states";
import { toast } from "../../../components/toast";
import { LABEL_COLORS, type LabelColor } from "../../../model/labels";
import { trpc } from "../../../trpc/react";
import { useProject } from "../../projects/ui/project-provider";
import type { Label } from "../schema";
import { LabelChip, LabelDot } from "./label-chip";

/** The project's labels. Members make them; maintainers rename and delete them. */
export function LabelSettings() {
  const { id: project_id, may } = useProject();
  const labels = trpc.labels.list.useQuery({ project_id });
  const [open, setOpen] = useState<Label | "new" | null>(null);
  return (
    <Section
      title="Labels"
      description="Words in colors by which runs are told apart and found again."
      actions={
        may("run:write") ? (
          <Button icon={Plus} onClick={() => setOpen("new")}>
            Add label
          </Button>
        ) : null
      }
    >
      <QueryView query={labels} skeleton={<SkeletonRows rows={2} label="Loading the labels" />}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState icon={Tag} title="No labels yet" className="py-8">
              Add one here, or from a run's menu.
            </EmptyState>
          ) : (
            <List label="Labels">
              {items.map((label) => (
                <ListRow
                  key={label.id}
                  title={<LabelChip label={label} />}
                  end={
                    may("project:write") ? <LabelActions label={label} onEdit={() => setOpen(label)} /> : null
                  }
                />
              ))}
            </List>
          )
        }
      </QueryView>
      {open === null ? null : (
        <LabelDialog label={open === "new" ? null : open} onClose={() => setOpen(null)} />
      )}
    </Section>
  );
}

function LabelActions({ label, onEdit }: { label: Label; onEdit: () => void }) {
  const utils = trpc.useUtils();
  const [asking, setAsking] = useState(false);
  const remove = trpc.labels.delete.useMutation({
    onSuccess: () => toast.done(`The label ${label.name} was deleted`),
    onSettled: () => utils.labels.list.invalidate(),
  });
  return (
    <>
      <IconButton label={`Edit ${label.name}`} icon={Pencil} onClick={onEdit} />
      <IconButton label={`Delete ${label.name}`} icon={Trash2} onClick={() => setAsking(true)} />
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={`Delete the label ${label.name}?`}
        description="It is taken off all runs that have it. The runs stay."
        confirmLabel="Delete the label"
        onConfirm={() => remove.mutateAsync({ id: label.id })}
      />
    </>
  );
}

/** Makes a label, or changes this one on all its runs. */
function LabelDialog({ label, onClose }: { label: Label | null; onClose: () => void }) {
  const { id: project_id } = useProject();
  const utils = trpc.useUtils();
  const [name, setName] = useState(label?.name ?? "");
  const [color, setColor] = useState<LabelColor>(label?.color ?? "blue");
  const settled = {
    onSuccess: onClose,
    onSettled: () => void utils.labels.list.invalidate({ project_id }),
  };
  const create = trpc.labels.create.useMutation(settled);
  const update = trpc.labels.update.useMutation(settled);
  const sending = label === null ? create : update;
  return (
    <FormDialog
      title={label === null ? "Add a label" : `Edit ${label.name}`}
      submitLabel={label === null ? "Add the label" : "Save the label"}
      sending={sending}
      paths={["name"]}
      onSubmit={() => {
        if (label === null) create.mutate({ project_id, name, color });
        else update.mutate({ id: label.id, name, color });
      }}
      onClose={onClose}
    >
      <TextField
        label="Name"
        name="name"
        required
        maxLength={50}
        value={name}
        error={faultOf(sending.error, "name")}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <SelectField
        label="Color"
        value={color}
        onValueChange={setColor}
        options={LABEL_COLORS.map((each) => ({
          value: each,
          label: each,
          icon: <LabelDot color={each} />,
        }))}
      />
    </FormDialog>
  );
}
