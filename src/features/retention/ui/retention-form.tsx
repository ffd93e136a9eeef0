"use client";

import { type FormEvent, useEffect, useState } from "react";
import { Button } from "../../../components/button";
import { ConfirmDialog } from "../../../components/confirm-dialog";
import { type Fault, sayFault } from "../../../components/fault";
import { TextField } from "../../../components/field";
import { RETENTION_AGE, RETENTION_AGES, type Retention, type RetentionAge } from "../../../model/retention";
import type { RetentionPreview } from "../schema";
import { freedWords, goingWords } from "./words";

type Field = RetentionAge | "keep_last";
export type Draft = Record<Field, string>;

const FIELDS: { name: Field; label: string; hint: string }[] = [
  {
    name: "runs",
    label: "Runs",
    hint: "So long after its end a run goes, with its logs, artifacts and comments.",
  },
  { name: "logs", label: "Logs", hint: "Of runs that stay: so long after their end." },
  { name: "artifacts", label: "Artifacts", hint: "Their files. The run still says what there was." },
  { name: "events", label: "Events", hint: "What boards and programs that were away are told of." },
  {
    name: "keep_last",
    label: "Newest runs of each definition that stay",
    hint: "However old they are. Pinned runs stay too, with logs and artifacts.",
  },
];

export const draftOf = (retention: Retention): Draft => ({
  runs: retention.runs ?? "",
  logs: retention.logs ?? "",
  artifacts: retention.artifacts ?? "",
  events: retention.events ?? "",
  keep_last: retention.keep_last === undefined ? "" : String(retention.keep_last),
});

/** What the form says; an empty field says nothing. */
export function retentionOf(draft: Draft): Retention {
  const ages = RETENTION_AGES.flatMap((name) =>
    draft[name].trim() === "" ? [] : [[name, draft[name].trim()]],
  );
  const count = draft.keep_last.trim();
  return { ...Object.fromEntries(ages), ...(count === "" ? {} : { keep_last: Number(count) }) };
}

export function faultIn(name: Field, text: string): string | null {
  const value = text.trim();
  if (value === "") return null;
  if (name === "keep_last") return /^\d{1,5}$/.test(value) ? null : "Must be a number up to 99999.";
  return RETENTION_AGE.test(value) ? null : "Must be days or hours, such as 90d or 36h, or forever.";
}

/** Milliseconds of pause in typing after which it is counted what would go. */
const TYPING_MS = 400;

/** What would go by a retention that was proposed. */
export interface Preview {
  data: RetentionPreview | undefined;
  error: Fault | null;
  isFetching: boolean;
}

/** The fields of a retention. What would go by a new one is said before it is saved: `propose` asks, `preview` answers. */
export function RetentionForm({
  saved,
  otherwise,
  proposed,
  propose,
  preview,
  save,
}: {
  saved: Retention;
  /** What holds where a field is empty. */
  otherwise: Retention;
  proposed: Retention | null;
  propose: (retention: Retention | null) => void;
  preview: Preview;
  save: (retention: Retention) => Promise<unknown>;
}) {
  const [draft, setDraft] = useState(() => draftOf(saved));
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const isValid = FIELDS.every(({ name }) => faultIn(name, draft[name]) === null);
  const retention = retentionOf(draft);
  const said = JSON.stringify(retention);
  const isChanged = said !== JSON.stringify(retentionOf(draftOf(saved)));
  const isWorthAsking = isChanged && isValid;
  useEffect(() => {
    if (!isWorthAsking) return propose(null);
    const timer = setTimeout(() => propose(JSON.parse(said) as Retention), TYPING_MS);
    return () => clearTimeout(timer);
  }, [isWorthAsking, said, propose]);
  const isAnswered = JSON.stringify(proposed) === said && !preview.isFetching;
  const known = isAnswered && preview.data !== undefined;
  const going = known && preview.data ? goingWords(preview.data) : null;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (going !== null) return setAsking(true);
    setBusy(true);
    setFault(null);
    await save(retention).catch((error: Fault) => setFault(sayFault(error)));
    setBusy(false);
  };
  const shown = (name: Field) => String(otherwise[name] ?? (name === "keep_last" ? "none" : "forever"));
  return (
    <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4 p-4">
      <div className="grid gap-4 sm:grid-cols-2">
        {FIELDS.map(({ name, label, hint }) => (
          <TextField
            key={name}
            label={label}
            name={name}
            hint={hint}
            placeholder={shown(name)}
            autoComplete="off"
            spellCheck={false}
            inputMode={name === "keep_last" ? "numeric" : "text"}
            value={draft[name]}
            onChange={(event) => setDraft({ ...draft, [name]: event.currentTarget.value })}
            error={faultIn(name, draft[name])}
          />
        ))}
      </div>
      {isChanged && isValid ? (
        <p role="status" className="text-list text-pretty text-muted">
          {isAnswered && preview.error
            ? sayFault(preview.error)
            : known && preview.data
              ? going === null
                ? "Nothing goes by it now."
                : `Removes ${going}${freedSentence(preview.data)}.`
              : "Counting what would go…"}
        </p>
      ) : null}
      {fault ? <p className="text-list text-failed">{fault}</p> : null}
      <div>
        <Button
          type="submit"
          variant="primary"
          busy={busy}
          disabled={!isChanged || !isValid || !(known || (isAnswered && preview.error))}
        >
          Save
        </Button>
      </div>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title="Save, and remove what is too old?"
        description={`${going ? `${going.charAt(0).toUpperCase()}${going.slice(1)}` : "Nothing"} will be removed for good, beginning within a minute${preview.data ? freedSentence(preview.data) : ""}. Pin the runs that are to stay.`}
        confirmLabel="Save and remove"
        onConfirm={() => save(retention)}
      />
    </form>
  );
}

function freedSentence(preview: RetentionPreview): string {
  const freed = freedWords(preview);
  return freed === null ? "" : `, which frees ${freed}`;
}
