"use client";

import { useId } from "react";
import { CheckboxField, type FieldText } from "../../../../components/field";
import { FormError } from "../../../../components/form-error";
import { SelectField } from "../../../../components/select-field";
import { withMarks } from "../../../../lib/marks";
import type { ArgsDraft } from "./draft";
import type { FieldSpec } from "./field-spec";

const UNSET = "unset";

export function ChoiceField({
  spec,
  field,
  path,
  value,
  onChange,
}: {
  spec: Extract<FieldSpec, { kind: "choice" }>;
  field: FieldText;
  path: string;
  value: string;
  onChange: (draft: ArgsDraft) => void;
}) {
  // A field with a default cannot be unset: if left out, it would get the default again.
  const mayBeUnset = !spec.required && spec.initial === undefined;
  return (
    <SelectField
      {...field}
      name={path}
      options={mayBeUnset ? [{ value: UNSET, label: "Not set" }, ...spec.options] : spec.options}
      value={value === "" ? (mayBeUnset ? UNSET : null) : value}
      placeholder="Choose"
      onValueChange={(next) => onChange(next === UNSET ? "" : next)}
    />
  );
}

export function ChoicesField({
  spec,
  field,
  path,
  draft,
  onChange,
}: {
  spec: Extract<FieldSpec, { kind: "choices" }>;
  field: FieldText;
  path: string;
  draft: ArgsDraft;
  onChange: (draft: ArgsDraft) => void;
}) {
  const notes = useId();
  const chosen = Array.isArray(draft) ? draft : [];
  const toggle = (value: string, on: boolean) => {
    const next = on ? [...chosen, value] : chosen.filter((each) => each !== value);
    onChange(next.length === 0 ? "" : next);
  };
  return (
    <fieldset className="flex min-w-0 flex-col gap-1.5" aria-describedby={notes}>
      <legend className="mb-1.5 text-list font-medium">
        {withMarks(field.label)}
        {field.optional ? <span className="ml-1.5 font-normal text-faint">optional</span> : null}
      </legend>
      {spec.options.map((option) => (
        <CheckboxField
          key={option.value}
          label={option.label}
          name={`${path}.${option.value}`}
          checked={chosen.includes(option.value)}
          onCheckedChange={(on) => toggle(option.value, on)}
        />
      ))}
      <div id={notes} className="flex flex-col gap-1.5 empty:hidden">
        {field.hint ? <p className="text-meta text-muted">{withMarks(field.hint)}</p> : null}
        <FormError message={field.error ?? null} />
      </div>
    </fieldset>
  );
}
