"use client";

import { useState } from "react";
import { Avatar } from "../../../components/avatar";
import { faultOf } from "../../../components/fault";
import { TextField } from "../../../components/field";
import { FormDialog } from "../../../components/form-dialog";
import { PickDialog } from "../../../components/pick-dialog";
import { toast } from "../../../components/toast";
import { LABEL_COLORS } from "../../../model/labels";
import { trpc } from "../../../trpc/react";
import { PRIORITIES, priorityLevel } from "../../in-run/ui/priority-sign";
import { withNumber } from "../../in-run/ui/run-facts";
import type { WireListedRun } from "../../in-run/ui/wire";
import { LabelDot } from "../../labels/ui/label-chip";
import { useProject } from "../../projects/ui/project-provider";
import { useEditRun } from "./use-edit-run";

/** What of a run people say themselves. */
export type RunEdit = "rename" | "labels" | "assignee" | "priority";

type Edited = Pick<
  WireListedRun,
  "id" | "name" | "number" | "labels" | "assignee_id" | "assignee_name" | "priority"
>;

/** The dialog of one of them. Render it only while it is open. */
export function EditRun({ run, edit, onClose }: { run: Edited; edit: RunEdit; onClose: () => void }) {
  const Dialog = { rename: Rename, labels: PickLabels, assignee: PickAssignee, priority: PickPriority }[edit];
  return <Dialog run={run} onClose={onClose} />;
}

type DialogProps = { run: Edited; onClose: () => void };

function Rename({ run, onClose }: DialogProps) {
  const edit = useEditRun(run, { quiet: true });
  const [name, setName] = useState(run.name);
  return (
    <FormDialog
      title={`Rename ${withNumber(run)}`}
      submitLabel="Rename the run"
      sending={edit}
      paths={["name"]}
      onSubmit={() => {
        if (name.trim() === run.name) onClose();
        else edit.mutate({ id: run.id, name }, { onSuccess: onClose });
      }}
      onClose={onClose}
    >
      <TextField
        label="Name"
        name="name"
        required
        maxLength={200}
        value={name}
        error={faultOf(edit.error, "name")}
        onFocus={(event) => event.currentTarget.select()}
        onChange={(event) => setName(event.currentTarget.value)}
      />
    </FormDialog>
  );
}

function PickLabels({ run, onClose }: DialogProps) {
  const { id: project_id } = useProject();
  const utils = trpc.useUtils();
  const edit = useEditRun(run);
  const labels = trpc.labels.list.useQuery({ project_id });
  const items = labels.data?.items ?? [];
  // What was chosen here counts before the run comes back with it.
  const [names, setNames] = useState<ReadonlySet<string>>(new Set(run.labels.map((label) => label.name)));
  const send = (next: ReadonlySet<string>) => {
    setNames(next);
    edit.mutate({ id: run.id, labels: [...next] });
  };
  const create = trpc.labels.create.useMutation({
    onSuccess: (label) => {
      void utils.labels.list.invalidate({ project_id });
      send(new Set([...names, label.name]));
    },
    onError: (error) => toast.failed("The label could not be made", { description: error.message }),
  });
  return (
    <PickDialog
      title={`Labels of ${withNumber(run)}`}
      placeholder="Find or make a label"
      several
      choices={items.map((label) => ({
        id: label.id,
        label: label.name,
        sign: <LabelDot color={label.color} />,
        chosen: names.has(label.name),
      }))}
      empty={labels.isPending ? "Loading the labels…" : "No labels yet. Type a name to make one."}
      onPick={(id) => {
        const name = items.find((label) => label.id === id)?.name;
        if (name === undefined) return;
        const next = new Set(names);
        if (!next.delete(name)) next.add(name);
        send(next);
      }}
      onNew={(name) => create.mutate({ project_id, name, color: colorFor(items.length) })}
      newLabel={(name) => `Make the label “${name}”`}
      onClose={onClose}
    />
  );
}

/** The next color in turn, without gray. */
const colorFor = (count: number) => LABEL_COLORS[1 + (count % (LABEL_COLORS.length - 1))] ?? "gray";

const NOBODY = "";

function PickAssignee({ run, onClose }: DialogProps) {
  const { id: project_id } = useProject();
  const edit = useEditRun(run);
  const me = trpc.users.me.useQuery();
  const members = trpc.members.list.useQuery({ project_id, limit: 200 });
  const people = members.data?.items ?? [];
  const mine = me.data?.id;
  return (
    <PickDialog
      title={`Who looks after ${withNumber(run)}?`}
      placeholder="Find a person"
      choices={[
        ...people
          .toSorted((a, b) => Number(b.user_id === mine) - Number(a.user_id === mine))
          .map((member) => ({
            id: member.user_id,
            label: member.name,
            hint: member.user_id === mine ? "you" : undefined,
            sign: <Avatar name={member.name} size={16} decorative />,
            chosen: member.user_id === run.assignee_id,
          })),
        ...(run.assignee_id === null ? [] : [{ id: NOBODY, label: "Nobody", chosen: false }]),
      ]}
      empty={members.isPending ? "Loading the people…" : "Nobody here is called that."}
      onPick={(id) => edit.mutate({ id: run.id, assignee_id: id === NOBODY ? null : id })}
      onClose={onClose}
    />
  );
}

function PickPriority({ run, onClose }: DialogProps) {
  const edit = useEditRun(run);
  return (
    <PickDialog
      title={`Priority of ${withNumber(run)}`}
      placeholder="Find a priority"
      choices={PRIORITIES.map(({ label, value, icon: Icon }) => ({
        id: String(value),
        label,
        hint: value === 0 ? undefined : value > 0 ? "goes before others" : "lets others go first",
        sign: <Icon aria-hidden size={14} className="shrink-0 text-faint" />,
        chosen: priorityLevel(run.priority).value === value,
      }))}
      empty="There is no such priority."
      onPick={(id) => edit.mutate({ id: run.id, priority: Number(id) })}
      onClose={onClose}
    />
  );
}
