"use client";

import { Check, FileDiff, X } from "lucide-react";
import { type RefObject, useEffect, useRef } from "react";
import { Button } from "../../../components/button";
import { useCommands } from "../../../components/commands";
import { belongsElsewhere } from "../../../components/shortcut";
import { useAddress } from "../../../components/use-address";
import type { ApprovalRequest } from "../../../model/states";
import { DecisionForm } from "./decision-form";
import { useDecide } from "./use-decide";

/**
 * Approve, reject and request changes. While the focus is in `root`, A moves to the approve button and R asks for the
 * reason of a rejection, so no single key decides. After an approval the focus returns to `root`.
 */
export function DecisionControls({
  step,
  request,
  run,
  root,
  rejectButton,
  footer,
  onAsk,
}: {
  step: { id: string; step_id: string; name: string };
  request: ApprovalRequest;
  run: { id: string; name: string; snapshot: string | null };
  root: RefObject<HTMLElement | null>;
  rejectButton: RefObject<HTMLButtonElement | null>;
  /** Where the buttons stand. */
  footer: HTMLElement | null;
  /** The decision needs a dialog for its words. */
  onAsk: (decision: "reject" | "request_changes") => void;
}) {
  const onReject = () => onAsk("reject");
  const decide = useDecide(step, run.id);
  const { get, set } = useAddress();
  const form = useRef<HTMLFormElement>(null);
  const submit = useRef(footer);
  submit.current = footer;
  const reject = useRef(onReject);
  reject.current = onReject;

  // Keep this step open while the person answers, even if another one becomes more important.
  const stay = () => {
    if (get("step") !== step.step_id) set({ step: step.step_id });
  };

  useCommands([
    {
      id: "step.approve",
      label: `Approve ${step.name}`,
      group: "Run",
      icon: Check,
      run: () => {
        stay();
        form.current?.requestSubmit();
      },
    },
    { id: "step.reject", label: `Reject ${step.name}`, group: "Run", icon: X, run: onReject },
    ...(request.changes
      ? [
          {
            id: "step.request_changes",
            label: `Request changes at ${step.name}`,
            group: "Run" as const,
            icon: FileDiff,
            run: () => onAsk("request_changes"),
          },
        ]
      : []),
  ]);

  useEffect(() => {
    const region = root.current;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.metaKey || event.ctrlKey || event.altKey || event.shiftKey || belongsElsewhere(event.target))
        return;
      const key = event.key.toLowerCase();
      if (key !== "a" && key !== "r") return;
      event.preventDefault();
      if (key === "r") reject.current();
      else submit.current?.querySelector<HTMLElement>("button[type=submit]")?.focus();
    };
    region?.addEventListener("keydown", onKeyDown);
    return () => region?.removeEventListener("keydown", onKeyDown);
  }, [root]);

  return (
    <section aria-label="Your decision" onFocus={stay} className="border-t border-line pt-4">
      <DecisionForm
        ref={form}
        stepId={step.id}
        form={request.form}
        decision="approve"
        snapshot={run.snapshot}
        decide={decide}
        onDone={() => root.current?.focus()}
        footer={footer}
        actions={
          <>
            <Button ref={rejectButton} onClick={onReject} aria-keyshortcuts="r">
              Reject…
            </Button>
            {request.changes ? (
              <Button onClick={() => onAsk("request_changes")}>Request changes…</Button>
            ) : null}
          </>
        }
      />
    </section>
  );
}
