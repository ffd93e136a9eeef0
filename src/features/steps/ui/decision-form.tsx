"use client";

import { type ReactNode, type RefObject, useEffect, useState } from "react";
import { Button } from "../../../components/button";
import { faultOf, restOfFault } from "../../../components/fault";
import { TextareaField } from "../../../components/field";
import { FormError } from "../../../components/form-error";
import type { Decision } from "../../../engine/states";
import { ArgsFields } from "../../definitions/ui/args-form/args-fields";
import { useArgsDraft } from "../../definitions/ui/args-form/use-args-draft";
import type { useDecide } from "./use-decide";

const ANSWER = { label: "Answer", hint: "As a JSON object; the form is too free for single fields." };
/** As the server has it. */
const MAX_NOTE = 2_000;

/**
 * What is said with a decision: the request's form, where it has one and is approved, and a note. `actions`
 * stand before the button that decides; `onDone` is called once it is decided.
 */
export function DecisionForm({
  stepId,
  form,
  decision,
  decide,
  onDone,
  actions,
  ref,
}: {
  /** The step's row. */
  stepId: string;
  form: Record<string, unknown> | null;
  decision: Decision;
  decide: ReturnType<typeof useDecide>;
  onDone: () => void;
  actions?: ReactNode;
  ref: RefObject<HTMLFormElement | null>;
}) {
  const approves = decision === "approve";
  const answer = useArgsDraft(approves ? form : null);
  const [note, setNote] = useState("");
  const { error, isPending } = decide;
  const asArgs = (path: string) => path.replace(/^answer/, "args");
  const refused = (error?.data?.details ?? []).map(({ path, message }) => ({ path: asArgs(path), message }));
  const faults = [...answer.faults, ...refused];

  const isRefused = answer.faults.length > 0 || error !== null;
  useEffect(() => {
    if (isRefused) ref.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [isRefused, ref]);

  const submit = async () => {
    const value = answer.read();
    if (!value) return;
    const said = { ...(note.trim() === "" ? {} : { note }), ...(answer.spec ? { answer: value } : {}) };
    const decided = await decide.mutateAsync({ id: stepId, decision, ...said }).catch(() => null);
    if (decided) onDone();
  };

  return (
    <form
      ref={ref}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!isPending) void submit();
      }}
      className="flex flex-col gap-4"
    >
      {answer.spec ? (
        <ArgsFields spec={answer.spec} {...answer.controls} faults={faults} words={ANSWER} />
      ) : null}
      <TextareaField
        label={approves ? "Note" : "Reason"}
        optional
        rows={2}
        maxLength={MAX_NOTE}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
        error={faultOf(error, "note")}
      />
      <FormError message={restOfFault(error, ["note", ...shownPaths(error)])} />
      <div className="flex flex-wrap justify-end gap-2">
        {actions}
        <Button type="submit" variant={approves ? "primary" : "danger"} busy={isPending}>
          {approves ? "Approve" : "Reject"}
        </Button>
      </div>
    </form>
  );
}

/** Paths of the answer, which are shown at their fields. */
const shownPaths = (error: ReturnType<typeof useDecide>["error"]) =>
  (error?.data?.details ?? []).map(({ path }) => path).filter((path) => path.startsWith("answer"));
