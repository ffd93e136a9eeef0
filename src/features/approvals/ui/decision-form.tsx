"use client";

import { type ReactNode, type RefObject, useEffect, useId, useState } from "react";
import { createPortal } from "react-dom";
import { Button } from "../../../components/button";
import { faultOf, restOfFault } from "../../../components/fault";
import { TextareaField } from "../../../components/field";
import { FormError } from "../../../components/form-error";
import type { Decision } from "../../../model/states";
import { ArgsFields } from "../../definitions/ui/args-form/args-fields";
import { useArgsDraft } from "../../definitions/ui/args-form/use-args-draft";
import { PendingControls } from "../../in-run/ui/pending-controls";
import { decisionBefore, type useDecide } from "./use-decide";

const ANSWER = { label: "Answer", hint: "As a JSON object; the form is too free for single fields." };
const LABELS: Record<Decision, string> = { approve: "Note", reject: "Reason", request_changes: "Changes" };
const ACTIONS: Record<Decision, string> = {
  approve: "Approve",
  reject: "Reject",
  request_changes: "Request changes",
};
/** The server's limit, in characters. */
const MAX_NOTE = 2_000;

/**
 * The form of a decision: the request's fields if it is approved, and a note. Its buttons stand in `footer`, which never
 * scrolls away; `actions` are shown before the submit button. `onDone` is called once the decision is on its way.
 */
export function DecisionForm({
  stepId,
  form,
  decision,
  snapshot,
  decide,
  onDone,
  actions,
  footer,
  ref,
}: {
  /** The step's row. */
  stepId: string;
  form: Record<string, unknown> | null;
  decision: Decision;
  /** The files that the person sees; absent: none. */
  snapshot?: string | null;
  decide: ReturnType<typeof useDecide>;
  onDone: () => void;
  actions?: ReactNode;
  footer: HTMLElement | null;
  ref: RefObject<HTMLFormElement | null>;
}) {
  const approves = decision === "approve";
  const id = useId();
  // What was said before the decision was taken back, or refused.
  const [before] = useState(() => decisionBefore(stepId, decision));
  const answer = useArgsDraft(approves ? form : null, before?.answer);
  const [note, setNote] = useState(before?.note ?? "");
  const { error, pending } = decide;
  const details = (error?.data?.details ?? []).filter(({ path }) => path.startsWith("answer"));
  const answerPaths = details.map(({ path }) => path);
  // The form's fields have paths that begin with `args`, so rename those of the server's faults.
  const refused = details.map(({ path, message }) => ({ path: path.replace(/^answer/, "args"), message }));
  const faults = [...answer.faults, ...refused];

  const atFault = answer.faults.length > 0 ? answer.faults : error;
  useEffect(() => {
    if (atFault) ref.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [atFault, ref]);

  const submit = () => {
    const value = answer.read();
    if (!value) return;
    const said = {
      ...(note.trim() === "" ? {} : { note }),
      ...(answer.spec ? { answer: value } : {}),
      ...(snapshot === undefined ? {} : { snapshot }),
    };
    decide.decide({ decision, ...said });
    onDone();
  };

  return (
    <form
      ref={ref}
      id={id}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!pending) submit();
      }}
      className="flex flex-col gap-4"
    >
      {answer.spec ? (
        <ArgsFields spec={answer.spec} {...answer.controls} faults={faults} words={ANSWER} />
      ) : null}
      <TextareaField
        label={LABELS[decision]}
        optional={decision !== "request_changes"}
        rows={2}
        maxLength={MAX_NOTE}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
        error={faultOf(error, "note") ?? faultOf(error, "text")}
      />
      <FormError message={restOfFault(error, ["note", "text", ...(answer.spec ? answerPaths : [])])} />
      {footer
        ? createPortal(
            pending ? (
              <PendingControls pending={pending} />
            ) : (
              <>
                {actions}
                <Button type="submit" form={id} variant={decision === "reject" ? "danger" : "primary"}>
                  {ACTIONS[decision]}
                </Button>
              </>
            ),
            footer,
          )
        : null}
    </form>
  );
}
