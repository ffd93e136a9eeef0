"use client";

import { Checkbox as BaseCheckbox } from "@base-ui/react/checkbox";
import { Field as Base } from "@base-ui/react/field";
import { Check, CircleAlert } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import { withMarks } from "../lib/marks";
import { CONTROL } from "./control";
import { cx } from "./cx";

/** Texts of every field: label, optional hint and error, tied to the control by aria attributes. */
export interface FieldText {
  label: ReactNode;
  hint?: ReactNode;
  error?: string | null;
  /** Marks the field as optional, for forms in which most fields are required. */
  optional?: boolean;
  /** Shows the label only to screen readers, if the context already names the field. */
  labelHidden?: boolean;
}

/** Wraps a control with label, hint and error. The control must be one that Base UI's field supports. */
export function Field({
  label,
  hint,
  error,
  optional,
  labelHidden,
  name,
  disabled,
  className,
  children,
}: FieldText & { name?: string; disabled?: boolean; className?: string; children: ReactNode }) {
  return (
    <Base.Root
      name={name}
      disabled={disabled}
      invalid={Boolean(error)}
      className={cx("flex min-w-0 flex-col gap-1.5", className)}
    >
      <Base.Label className={cx("text-list font-medium text-text", labelHidden && "sr-only")}>
        {withMarks(label)}
        {optional ? <span className="ml-1.5 font-normal text-faint">optional</span> : null}
      </Base.Label>
      {children}
      <FieldNotes hint={hint} error={error} />
    </Base.Root>
  );
}

function FieldNotes({ hint, error }: Pick<FieldText, "hint" | "error">) {
  return (
    <>
      {hint ? (
        <Base.Description className="text-meta text-pretty text-muted">{withMarks(hint)}</Base.Description>
      ) : null}
      <Base.Error
        match={Boolean(error)}
        className="animate-appear flex items-start gap-1 text-meta text-pretty text-failed"
      >
        <CircleAlert aria-hidden size={12} className="mt-0.5 shrink-0" />
        <span>{withMarks(error)}</span>
      </Base.Error>
    </>
  );
}

type TextFieldProps = FieldText & Omit<ComponentProps<"input">, "size"> & { mono?: boolean };

export function TextField({
  label,
  hint,
  error,
  optional,
  labelHidden,
  mono,
  className,
  disabled,
  name,
  ...input
}: TextFieldProps) {
  return (
    <Field {...{ label, hint, error, optional, labelHidden, disabled, name }} className={className}>
      <Base.Control
        {...input}
        disabled={disabled}
        className={cx(CONTROL, "h-control", mono && "font-mono text-code")}
      />
    </Field>
  );
}

type TextareaFieldProps = FieldText & ComponentProps<"textarea"> & { mono?: boolean };

export function TextareaField({
  label,
  hint,
  error,
  optional,
  labelHidden,
  mono,
  className,
  disabled,
  name,
  ...textarea
}: TextareaFieldProps) {
  return (
    <Field {...{ label, hint, error, optional, labelHidden, disabled, name }} className={className}>
      <Base.Control
        disabled={disabled}
        render={
          <textarea
            rows={3}
            {...textarea}
            className={cx(CONTROL, "resize-y py-1", mono && "font-mono text-code")}
          />
        }
      />
    </Field>
  );
}

/** A checkbox with its label on the right; hint and error are below the label. */
export function CheckboxField({
  label,
  hint,
  error,
  name,
  checked,
  onCheckedChange,
}: FieldText & {
  name?: string;
  checked: boolean;
  onCheckedChange: (checked: boolean) => void;
}) {
  return (
    <Base.Root name={name} invalid={Boolean(error)} className="flex min-w-0 flex-col gap-1">
      <Base.Label className="flex min-h-5 items-start gap-2 text-list text-text pointer-coarse:-my-2.5 pointer-coarse:py-2.5">
        <BaseCheckbox.Root
          checked={checked}
          onCheckedChange={onCheckedChange}
          className="mt-0.5 flex size-4 shrink-0 items-center justify-center rounded-inner border border-line-strong bg-surface transition-colors data-checked:border-accent data-checked:bg-accent"
        >
          <BaseCheckbox.Indicator className="text-on-accent">
            <Check aria-hidden size={12} strokeWidth={3} className="block" />
          </BaseCheckbox.Indicator>
        </BaseCheckbox.Root>
        <span>{withMarks(label)}</span>
      </Base.Label>
      <div className="ml-6 flex flex-col gap-1 empty:hidden">
        <FieldNotes hint={hint} error={error} />
      </div>
    </Base.Root>
  );
}
