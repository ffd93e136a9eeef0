"use client";

import {
  CalendarDays,
  CircleDashed,
  ListFilter,
  type LucideIcon,
  SlidersHorizontal,
  Tag,
  UserRound,
  X,
  Zap,
} from "lucide-react";
import { useState } from "react";
import { Avatar } from "../../../components/avatar";
import { Button } from "../../../components/button";
import { useCommands } from "../../../components/commands";
import { TextField } from "../../../components/field";
import { FormDialog } from "../../../components/form-dialog";
import { Menu, MenuItem } from "../../../components/menu";
import { PickDialog } from "../../../components/pick-dialog";
import { useAddress } from "../../../components/use-address";
import { withMarks } from "../../../lib/marks";
import { RUN_STATUSES } from "../../../model/states";
import { trpc } from "../../../trpc/react";
import { displayStatus, STATUS_LOOKS } from "../../in-run/ui/status";
import { StatusIcon } from "../../in-run/ui/status-icon";
import { LabelDot } from "../../labels/ui/label-chip";
import { useProject } from "../../projects/ui/project-provider";
import { type TableFilters, type TriggerFilter, useTableFilters } from "./table-filters";

const TRIGGER_WORDS: Record<TriggerFilter, string> = {
  schedule: "A schedule",
  webhook: "A webhook",
  none: "A person or a program",
};

type Kind = "status" | "label" | "assignee" | "trigger" | "created" | "arg";

const KINDS: readonly { kind: Kind; label: string; icon: LucideIcon }[] = [
  { kind: "status", label: "Several statuses…", icon: CircleDashed },
  { kind: "label", label: "Label…", icon: Tag },
  { kind: "assignee", label: "Assignee…", icon: UserRound },
  { kind: "trigger", label: "Started by…", icon: Zap },
  { kind: "created", label: "Dates…", icon: CalendarDays },
  { kind: "arg", label: "Arg…", icon: SlidersHorizontal },
];

/** The filters that need more than one choice of a list, and a chip for each that is set. */
export function MoreFilters() {
  const filters = useTableFilters();
  const [open, setOpen] = useState<Kind | null>(null);
  useCommands([
    ...KINDS.map(({ kind, label, icon }) => ({
      id: `runs.filter.${kind}`,
      label: `Filter runs: ${label.replace("…", "").toLowerCase()}`,
      group: "Runs",
      icon,
      ...(kind === "status" ? { shortcut: "f" } : {}),
      run: () => setOpen(kind),
    })),
  ]);
  return (
    <>
      <Menu
        align="start"
        trigger={
          <Button variant="ghost" icon={ListFilter}>
            Filter
          </Button>
        }
      >
        {KINDS.map(({ kind, label, icon }) => (
          <MenuItem key={kind} icon={icon} onClick={() => setOpen(kind)}>
            {label}
          </MenuItem>
        ))}
      </Menu>
      <Chips filters={filters} onOpen={setOpen} />
      {open === null ? null : <FilterDialog kind={open} filters={filters} onClose={() => setOpen(null)} />}
    </>
  );
}

function Chips({ filters, onOpen }: { filters: TableFilters; onOpen: (kind: Kind) => void }) {
  const { set } = useAddress();
  const name = usePersonName(filters.assignee_id);
  const { from, to } = filters;
  const chips: { kind: Kind; words: string; names: string[] }[] = [
    ...(filters.statuses.length > 1
      ? [
          {
            kind: "status" as const,
            words: filters.statuses.map((each) => STATUS_LOOKS[displayStatus(each)].label).join(" or "),
            names: ["status"],
          },
        ]
      : []),
    ...(filters.labels.length > 0
      ? [{ kind: "label" as const, words: filters.labels.join(" and "), names: ["label"] }]
      : []),
    ...(filters.assignee_id
      ? [{ kind: "assignee" as const, words: `assigned to ${name}`, names: ["assignee"] }]
      : []),
    ...(filters.trigger
      ? [
          {
            kind: "trigger" as const,
            words: `started by ${TRIGGER_WORDS[filters.trigger].toLowerCase()}`,
            names: ["trigger"],
          },
        ]
      : []),
    ...(from || to
      ? [
          {
            kind: "created" as const,
            words: from && to ? `${from} to ${to}` : from ? `since ${from}` : `until ${to}`,
            names: ["from", "to"],
          },
        ]
      : []),
    ...(filters.arg ? [{ kind: "arg" as const, words: filters.arg, names: ["arg"] }] : []),
  ];
  return chips.map(({ kind, words, names }) => (
    <span
      key={kind}
      className="inline-flex h-6 max-w-72 shrink-0 items-center rounded-outer border border-line-strong bg-surface text-meta"
    >
      <button
        type="button"
        onClick={() => onOpen(kind)}
        className="min-w-0 truncate rounded-l-outer px-2 hover:text-text"
        title={withMarks(words)}
      >
        {withMarks(words)}
      </button>
      <button
        type="button"
        aria-label={withMarks(`Take off the filter ${words}`)}
        onClick={() => set(Object.fromEntries(names.map((each) => [each, null])))}
        className="flex h-full items-center rounded-r-outer border-l border-line px-1 text-faint hover:text-text"
      >
        <X aria-hidden size={12} />
      </button>
    </span>
  ));
}

function usePersonName(user_id: string | null): string {
  const { id: project_id } = useProject();
  const members = trpc.members.list.useQuery({ project_id, limit: 200 }, { enabled: user_id !== null });
  return members.data?.items.find((member) => member.user_id === user_id)?.name ?? "somebody";
}

function FilterDialog({
  kind,
  filters,
  onClose,
}: {
  kind: Kind;
  filters: TableFilters;
  onClose: () => void;
}) {
  const { set } = useAddress();
  const toggled = (list: readonly string[], one: string) =>
    (list.includes(one) ? list.filter((each) => each !== one) : [...list, one]).join(",") || null;
  switch (kind) {
    case "status":
      return (
        <PickDialog
          title="Runs in one of these statuses"
          placeholder="Find a status"
          several
          choices={RUN_STATUSES.map((status) => ({
            id: status,
            label: STATUS_LOOKS[displayStatus(status)].label,
            sign: <StatusIcon status={displayStatus(status)} decorative />,
            chosen: filters.statuses.includes(status),
          }))}
          empty="There is no such status."
          onPick={(id) => set({ status: toggled(filters.statuses, id) })}
          onClose={onClose}
        />
      );
    case "label":
      return (
        <LabelFilter
          labels={filters.labels}
          onToggle={(name) => set({ label: toggled(filters.labels, name) })}
          onClose={onClose}
        />
      );
    case "assignee":
      return (
        <AssigneeFilter
          assignee_id={filters.assignee_id}
          onPick={(id) => set({ assignee: id })}
          onClose={onClose}
        />
      );
    case "trigger":
      return (
        <PickDialog
          title="Runs started by"
          placeholder="Find what starts runs"
          choices={Object.entries(TRIGGER_WORDS).map(([id, label]) => ({
            id,
            label,
            chosen: filters.trigger === id,
          }))}
          empty="Nothing else starts runs."
          onPick={(id) => set({ trigger: id === filters.trigger ? null : id })}
          onClose={onClose}
        />
      );
    case "created":
      return <DatesFilter from={filters.from} to={filters.to} onClose={onClose} />;
    case "arg":
      return <ArgFilter arg={filters.arg} onClose={onClose} />;
  }
}

function LabelFilter({
  labels,
  onToggle,
  onClose,
}: {
  labels: readonly string[];
  onToggle: (name: string) => void;
  onClose: () => void;
}) {
  const { id: project_id } = useProject();
  const all = trpc.labels.list.useQuery({ project_id });
  return (
    <PickDialog
      title="Runs with all of these labels"
      placeholder="Find a label"
      several
      choices={(all.data?.items ?? []).map((label) => ({
        id: label.name,
        label: label.name,
        sign: <LabelDot color={label.color} />,
        chosen: labels.includes(label.name),
      }))}
      empty={all.isPending ? "Loading the labels…" : "The project has no such label."}
      onPick={onToggle}
      onClose={onClose}
    />
  );
}

function AssigneeFilter({
  assignee_id,
  onPick,
  onClose,
}: {
  assignee_id: string | null;
  onPick: (id: string | null) => void;
  onClose: () => void;
}) {
  const { id: project_id } = useProject();
  const members = trpc.members.list.useQuery({ project_id, limit: 200 });
  return (
    <PickDialog
      title="Runs assigned to"
      placeholder="Find a person"
      choices={(members.data?.items ?? []).map((member) => ({
        id: member.user_id,
        label: member.name,
        sign: <Avatar name={member.name} size={16} decorative />,
        chosen: member.user_id === assignee_id,
      }))}
      empty={members.isPending ? "Loading the people…" : "Nobody here is called that."}
      onPick={(id) => onPick(id === assignee_id ? null : id)}
      onClose={onClose}
    />
  );
}

const NOT_SENT = { error: null, isPending: false };

function DatesFilter({ from, to, onClose }: { from: string | null; to: string | null; onClose: () => void }) {
  const { set } = useAddress();
  const [first, setFirst] = useState(from ?? "");
  const [last, setLast] = useState(to ?? "");
  return (
    <FormDialog
      title="Runs created on these days"
      submitLabel="Show them"
      sending={NOT_SENT}
      paths={[]}
      onSubmit={() => {
        set({ from: first, to: last });
        onClose();
      }}
      onClose={onClose}
    >
      <TextField
        type="date"
        label="From this day on"
        optional
        value={first}
        onChange={(event) => setFirst(event.currentTarget.value)}
      />
      <TextField
        type="date"
        label="To this day"
        optional
        value={last}
        onChange={(event) => setLast(event.currentTarget.value)}
      />
    </FormDialog>
  );
}

function ArgFilter({ arg, onClose }: { arg: string | null; onClose: () => void }) {
  const { set } = useAddress();
  const [name = "", value = ""] = [...new URLSearchParams(arg ?? "")][0] ?? [];
  const [of, setOf] = useState(name);
  const [is, setIs] = useState(value);
  return (
    <FormDialog
      title="Runs with this arg"
      submitLabel="Show them"
      sending={NOT_SENT}
      paths={[]}
      onSubmit={() => {
        set({ arg: of.trim() === "" ? null : new URLSearchParams([[of.trim(), is]]).toString() });
        onClose();
      }}
      onClose={onClose}
    >
      <TextField
        label="Name"
        hint="As in the definition, for example channel."
        value={of}
        required
        onChange={(event) => setOf(event.currentTarget.value)}
      />
      <TextField label="Value" value={is} onChange={(event) => setIs(event.currentTarget.value)} />
    </FormDialog>
  );
}
