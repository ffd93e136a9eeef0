"use client";

import type { ReactNode } from "react";
import { Button } from "./button";
import { CopyButton } from "./copy-button";
import { Dialog } from "./dialog";
import { TextField } from "./field";

/** Shows a text that nobody can see again. Render it only while it is open. */
export function ShownOnceDialog({
  title,
  description,
  label,
  hint,
  text,
  copyLabel,
  onClose,
}: {
  title: string;
  description: string;
  /** What the text is. */
  label: string;
  hint?: ReactNode;
  text: string;
  copyLabel: string;
  onClose: () => void;
}) {
  return (
    <Dialog
      open
      onOpenChange={(next) => next || onClose()}
      title={title}
      description={description}
      footer={
        <Button variant="primary" onClick={onClose}>
          I have copied it
        </Button>
      }
    >
      <div className="flex flex-col items-start gap-3">
        <TextField
          label={label}
          mono
          readOnly
          className="w-full"
          value={text}
          hint={hint}
          onFocus={(event) => event.currentTarget.select()}
        />
        <CopyButton wide text={text} label={copyLabel} />
      </div>
    </Dialog>
  );
}
