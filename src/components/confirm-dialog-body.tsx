"use client";

import { AlertDialog as Base } from "@base-ui/react/alert-dialog";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { withMarks } from "../lib/marks";
import { Button } from "./button";
import { cx } from "./cx";
import { BACKDROP, POPUP } from "./dialog";
import { sayFault } from "./fault";
import { TextField } from "./field";

export interface ConfirmDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  description: ReactNode;
  confirmLabel: string;
  onConfirm: () => Promise<unknown>;
  typeToConfirm?: string;
  danger?: boolean;
  /** False while the dialog cannot be confirmed yet. */
  ready?: boolean;
  /** Label of the cancel button. */
  keepLabel?: string;
  /** Content below the description, for example progress. */
  children?: ReactNode;
}

export function ConfirmDialogBody({
  open,
  onOpenChange,
  title,
  description,
  confirmLabel,
  onConfirm,
  typeToConfirm,
  danger = true,
  ready: mayConfirm = true,
  keepLabel = "Keep it",
  children,
}: ConfirmDialogProps) {
  const [typed, setTyped] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const cancel = useRef<HTMLButtonElement>(null);
  const agree = useRef<HTMLButtonElement>(null);
  const input = useRef<HTMLInputElement>(null);

  useEffect(() => {
    if (!open) return;
    setTyped("");
    setError(null);
  }, [open]);

  const ready =
    mayConfirm && (typeToConfirm === undefined || withMarks(typed.trim()) === withMarks(typeToConfirm));
  const confirm = async () => {
    if (!ready || busy) return;
    setBusy(true);
    setError(null);
    try {
      await onConfirm();
      onOpenChange(false);
    } catch (thrown) {
      setError(thrown instanceof Error ? sayFault(thrown) : "It could not be done. Try again.");
    } finally {
      setBusy(false);
    }
  };

  return (
    <Base.Root open={open} onOpenChange={(next) => !busy && onOpenChange(next)}>
      <Base.Portal>
        <Base.Backdrop className={BACKDROP} />
        <Base.Popup
          initialFocus={typeToConfirm === undefined ? (danger ? cancel : agree) : input}
          className={cx(POPUP, "sm:w-105")}
        >
          <form
            className="flex min-h-0 flex-col overflow-y-auto"
            onSubmit={(event) => {
              event.preventDefault();
              void confirm();
            }}
          >
            <div className="flex flex-col gap-3 p-4">
              <div>
                <Base.Title className="text-prose font-medium">{withMarks(title)}</Base.Title>
                <Base.Description className="mt-1 text-list text-pretty text-muted">
                  {withMarks(description)}
                </Base.Description>
              </div>
              {children}
              {typeToConfirm === undefined ? null : (
                <TextField
                  ref={input}
                  label={
                    <>
                      Type <span className="font-mono text-code">{withMarks(typeToConfirm)}</span> to go on
                    </>
                  }
                  value={typed}
                  onChange={(event) => setTyped(event.currentTarget.value)}
                  autoComplete="off"
                  spellCheck={false}
                />
              )}
              {error ? (
                <p role="alert" className="text-list text-failed">
                  {error}
                </p>
              ) : null}
            </div>
            <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-4 py-3">
              <Base.Close render={<Button ref={cancel}>{keepLabel}</Button>} disabled={busy} />
              <Button
                ref={agree}
                type="submit"
                variant={danger ? "danger" : "primary"}
                busy={busy}
                disabled={!ready}
              >
                {confirmLabel}
              </Button>
            </footer>
          </form>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
