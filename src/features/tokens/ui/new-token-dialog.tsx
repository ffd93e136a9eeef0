"use client";

import { useState } from "react";
import { type Fault, faultOf } from "../../../components/fault";
import { FormDialog } from "../../../components/form-dialog";
import { NameField } from "../../../components/name-field";
import { SelectField } from "../../../components/select-field";
import type { SelectOption } from "../../../components/select-list";
import type { TokenScope } from "../../../model/roles";
import { trpc } from "../../../trpc/react";

const SCOPES: SelectOption<TokenScope>[] = [
  { value: "read", label: "Read" },
  { value: "run", label: "Read, run and comment" },
  { value: "write", label: "Everything that is allowed" },
];
const LIFETIMES = [7, 30, 90, 365];
const DEFAULT_DAYS = 90;
const DAY_MS = 24 * 60 * 60 * 1000;
const ALL = "all";
const NEVER = "never";
const PATHS = ["name", "scopes", "project_id", "expires_at"];

export interface NewToken {
  name: string;
  scopes: TokenScope[];
  /** Null: for all projects. */
  project_id: string | null;
  /** Null: it does not end. */
  expires_at: string | null;
}

/** The lifetimes that may be chosen, in days, where `longest` is allowed at most; null: any. */
function lifetimesUpTo(longest: number | null): SelectOption<string>[] {
  const days = LIFETIMES.filter((each) => longest === null || each < longest);
  if (longest !== null) days.push(longest);
  const options = days.map((each) => ({
    value: String(each),
    label: each === 365 ? "1 year" : each === 1 ? "1 day" : `${each} days`,
  }));
  return longest === null ? [...options, { value: NEVER, label: "No end" }] : options;
}

export interface NewTokenDialogProps {
  /** Whether the person chooses for which projects it is. */
  forProject: boolean;
  /** The mutation that creates it. */
  sending: { error: Fault | null; isPending: boolean };
  onCreate: (token: NewToken) => void;
  onClose: () => void;
}

/** Asks what a new token may, for what, and how long. */
export function NewTokenDialog({ forProject, sending, onCreate, onClose }: NewTokenDialogProps) {
  const longest = trpc.installation.get.useQuery().data?.token_days ?? null;
  const [name, setName] = useState("");
  const [scope, setScope] = useState<TokenScope>("write");
  const [project, setProject] = useState(ALL);
  const [chosen, setChosen] = useState<string | null>(null);
  const lifetimes = lifetimesUpTo(longest);
  const lifetime = chosen ?? String(Math.min(DEFAULT_DAYS, longest ?? DEFAULT_DAYS));

  const submit = () =>
    onCreate({
      name,
      scopes: [scope],
      project_id: project === ALL ? null : project,
      expires_at: lifetime === NEVER ? null : new Date(Date.now() + Number(lifetime) * DAY_MS).toISOString(),
    });

  return (
    <FormDialog
      title="New token"
      submitLabel="Create token"
      sending={sending}
      paths={PATHS}
      onSubmit={submit}
      onClose={onClose}
    >
      <NameField
        hint="What uses it, for example “release script”."
        value={name}
        onChange={setName}
        error={faultOf(sending.error, "name")}
      />
      <SelectField
        label="May"
        options={SCOPES}
        value={scope}
        onValueChange={setScope}
        error={faultOf(sending.error, "scopes")}
      />
      {forProject ? (
        <ProjectField
          value={project}
          onValueChange={setProject}
          error={faultOf(sending.error, "project_id")}
        />
      ) : null}
      <SelectField
        label="Expires after"
        options={lifetimes}
        value={lifetime}
        onValueChange={setChosen}
        hint={longest === null ? undefined : `The administrators allow ${longest} days at most.`}
        error={faultOf(sending.error, "expires_at")}
      />
    </FormDialog>
  );
}

function ProjectField(field: {
  value: string;
  onValueChange: (value: string) => void;
  error: string | null | undefined;
}) {
  const projects = trpc.projects.list.useQuery({ limit: 200 });
  const options = (projects.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }));
  return (
    <SelectField label="For" options={[{ value: ALL, label: "All your projects" }, ...options]} {...field} />
  );
}
