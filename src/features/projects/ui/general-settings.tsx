"use client";

import { type FormEvent, useState } from "react";
import { Button } from "../../../components/button";
import { CopyButton } from "../../../components/copy-button";
import { faultOf, restOfFault } from "../../../components/fault";
import { CheckboxField, TextField } from "../../../components/field";
import { FormError } from "../../../components/form-error";
import { Section } from "../../../components/section";
import { SelectField } from "../../../components/select-field";
import type { SelectOption } from "../../../components/select-list";
import { toast } from "../../../components/toast";
import { withMarks } from "../../../lib/marks";
import { LEAST_LOG_BYTES, MOST_LOG_BYTES } from "../../../model/log-bytes";
import type { WorkspaceKind } from "../../../model/states";
import { trpc } from "../../../trpc/react";
import type { Project } from "../schema";
import { useProject } from "./project-provider";

const PATHS = [
  "name",
  "max_concurrent_runs",
  "workspace",
  "shared_at_once",
  "workspace_hours",
  "log_bytes",
  "archive_days",
];

type PlaceChoice = WorkspaceKind | "own";
/** Where runs work; `own` is what the project's folder suggests. */
const PLACES: SelectOption<PlaceChoice>[] = [
  { value: "own", label: "A clone of the git project, else a copy" },
  { value: "clone", label: "A clone of the git project" },
  { value: "copy", label: "A copy of the folder" },
  { value: "shared", label: "The folder itself" },
];

/** Limits are set in MiB. */
const MIB = 1024 * 1024;

const placeOf = ({ workspace }: Pick<Project, "workspace">): PlaceChoice => workspace ?? "own";

/** Name, folder and run limit of the project; read-only for people who may not change them. */
export function GeneralSettings() {
  const project = useProject();
  return (
    <Section title="General">{project.may("project:write") ? <GeneralForm /> : <GeneralFacts />}</Section>
  );
}

function Fact({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div className="flex flex-wrap gap-x-4 px-4 py-2.5">
      <dt className="w-40 text-muted">{label}</dt>
      <dd className="min-w-0 flex-1 wrap-anywhere">{children}</dd>
    </div>
  );
}

function GeneralFacts() {
  const project = useProject();
  return (
    <dl className="divide-y divide-line">
      <Fact label="Name">{withMarks(project.name)}</Fact>
      <Fact label="Folder">
        <span className="font-mono text-code">{withMarks(project.path)}</span>
      </Fact>
      <Fact label="Runs at a time">{project.max_concurrent_runs}</Fact>
      <Fact label="Runs work in">{PLACES.find(({ value }) => value === placeOf(project))?.label}</Fact>
      <Fact label="Log of a step">at most {project.log_bytes / MIB} MiB</Fact>
      <Fact label="Box">
        <BoxText />
      </Fact>
    </dl>
  );
}

/** What keeps the project's processes from the server and from other projects. */
function BoxText() {
  const { data } = trpc.projects.box.useQuery();
  return <span className={data?.kind === "none" ? "text-danger" : undefined}>{data?.says ?? "…"}</span>;
}

function GeneralForm() {
  const project = useProject();
  const utils = trpc.useUtils();
  const [name, setName] = useState(project.name);
  const [limit, setLimit] = useState(String(project.max_concurrent_runs));
  const [place, setPlace] = useState<PlaceChoice>(placeOf(project));
  const [hours, setHours] = useState(String(project.workspace_hours));
  const [logSize, setLogSize] = useState(String(project.log_bytes / MIB));
  const [days, setDays] = useState(String(project.archive_days ?? ""));
  const [atOnce, setAtOnce] = useState(project.shared_at_once);
  const update = trpc.projects.update.useMutation({
    onSuccess: (saved) => {
      utils.projects.getBySlug.setData({ slug: saved.slug }, saved);
      void utils.projects.list.invalidate();
      toast.done("Settings saved");
    },
  });
  const changed =
    name !== project.name ||
    limit !== String(project.max_concurrent_runs) ||
    place !== placeOf(project) ||
    days !== String(project.archive_days ?? "") ||
    atOnce !== project.shared_at_once ||
    hours !== String(project.workspace_hours) ||
    logSize !== String(project.log_bytes / MIB);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    update.mutate({
      id: project.id,
      name,
      max_concurrent_runs: Number(limit),
      workspace: place === "own" ? null : place,
      shared_at_once: atOnce,
      workspace_hours: Number(hours),
      log_bytes: Math.round(Number(logSize) * MIB),
      archive_days: days.trim() === "" ? null : Number(days),
    });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4 p-4">
      <TextField
        label="Name"
        name="name"
        required
        maxLength={100}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={faultOf(update.error, "name")}
      />
      <div className="flex flex-col gap-1.5">
        <span className="text-list font-medium">Folder</span>
        <div className="flex min-w-0 items-center gap-1">
          <code className="min-w-0 text-code wrap-anywhere text-muted">{withMarks(project.path)}</code>
          <CopyButton text={project.path} label="Copy the folder's path" />
        </div>
      </div>
      <TextField
        label="Runs at a time"
        name="max_concurrent_runs"
        type="number"
        inputMode="numeric"
        min={1}
        max={1000}
        required
        className="sm:w-60"
        hint="Further runs wait, first come first served."
        value={limit}
        onChange={(event) => setLimit(event.currentTarget.value)}
        error={faultOf(update.error, "max_concurrent_runs")}
      />
      <SelectField
        label="Runs work in"
        name="workspace"
        className="sm:w-80"
        options={PLACES}
        value={place}
        onValueChange={setPlace}
        hint="A definition can say otherwise. In a folder of its own a run meets no other, and its files are kept at the end of each step."
        error={faultOf(update.error, "workspace")}
      />
      <CheckboxField
        label="Runs may share the folder at the same time"
        name="shared_at_once"
        hint="Only for runs that work in the folder itself. Otherwise one waits for the other."
        checked={atOnce}
        onCheckedChange={setAtOnce}
      />
      <TextField
        label="Hours that a run's folder stays after its end"
        name="workspace_hours"
        type="number"
        inputMode="numeric"
        min={0}
        max={8760}
        required
        className="sm:w-80"
        hint="A folder with files that no snapshot has stays longer."
        value={hours}
        onChange={(event) => setHours(event.currentTarget.value)}
        error={faultOf(update.error, "workspace_hours")}
      />
      <TextField
        label="MiB that a step may write to its log"
        name="log_bytes"
        type="number"
        inputMode="numeric"
        min={LEAST_LOG_BYTES / MIB}
        max={MOST_LOG_BYTES / MIB}
        step="any"
        required
        className="sm:w-80"
        hint="Past them the middle is dropped, and the end is kept."
        value={logSize}
        onChange={(event) => setLogSize(event.currentTarget.value)}
        error={faultOf(update.error, "log_bytes")}
      />
      <TextField
        label="Days after which runs that have ended are archived"
        name="archive_days"
        type="number"
        inputMode="numeric"
        min={1}
        max={3650}
        className="sm:w-80"
        hint="Archived runs leave the board and stay in the table with their logs and artifacts; what is deleted, retention says. Empty: only by hand."
        value={days}
        onChange={(event) => setDays(event.currentTarget.value)}
        error={faultOf(update.error, "archive_days")}
      />
      <div className="flex flex-col gap-1.5">
        <span className="text-list font-medium">Box</span>
        <p className="text-muted">
          <BoxText />
        </p>
      </div>
      <FormError message={restOfFault(update.error, PATHS)} />
      <div>
        <Button type="submit" variant="primary" busy={update.isPending} disabled={!changed}>
          Save
        </Button>
      </div>
    </form>
  );
}
