"use client";

import { type ReactNode, useId } from "react";
import { Button } from "./button";
import { Dialog } from "./dialog";
import { type Fault, restOfFault } from "./fault";
import { FormError } from "./form-error";

/**
 * A dialog whose fields are sent together. Faults of the fields in `paths` are shown there, by `faultOf`; the rest below
 * them. Render it only while it is open.
 */
export function FormDialog({
  title,
  description,
  submitLabel,
  sending: { error, isPending },
  paths,
  width = "sm",
  onSubmit,
  onClose,
  children,
}: {
  title: string;
  description?: ReactNode;
  /** A verb with its object. */
  submitLabel: string;
  /** The mutation that the form calls. */
  sending: { error: Fault | null; isPending: boolean };
  paths: readonly string[];
  width?: "sm" | "md";
  onSubmit: () => void;
  onClose: () => void;
  children: ReactNode;
}) {
  const form = useId();
  return (
    <Dialog
      open
      onOpenChange={(next) => next || onClose()}
      title={title}
      description={description}
      width={width}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={form} variant="primary" busy={isPending}>
            {submitLabel}
          </Button>
        </>
      }
    >
      <form
        id={form}
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isPending) onSubmit();
        }}
      >
        {children}
        <FormError message={restOfFault(error, paths)} />
      </form>
    </Dialog>
  );
}
