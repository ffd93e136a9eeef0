"use client";

import { Field, type FieldText } from "./field";
import { SelectList, type SelectProps } from "./select-list";

export function SelectField<V extends string>({
  label,
  hint,
  error,
  optional,
  labelHidden,
  className,
  ...select
}: FieldText & SelectProps<V>) {
  return (
    <Field {...{ label, hint, error, optional, labelHidden, className }} disabled={select.disabled}>
      <SelectList {...select} />
    </Field>
  );
}
