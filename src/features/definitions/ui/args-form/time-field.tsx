"use client";

import type { ComponentProps } from "react";
import { TextField } from "../../../../components/field";
import type { ArgsDraft } from "./draft";
import type { FieldSpec } from "./field-spec";
import { fromControl, TIME_INPUTS, toControl, zoneOf } from "./time-control";

/** A date or time in the browser's own control, or as text if the control cannot show the value. */
export function TimeField({
  spec,
  field,
  onChange,
}: {
  spec: Extract<FieldSpec, { kind: "time" }>;
  field: ComponentProps<typeof TextField> & { value: string };
  onChange: (draft: ArgsDraft) => void;
}) {
  const { format } = spec;
  const held = toControl(format, field.value);
  if (held === null) return <TextField {...field} className="sm:w-60" />;
  const zone = zoneOf(spec.initial);
  const where = zone.toUpperCase() === "Z" ? "In UTC." : `At UTC${zone}.`;
  return (
    <TextField
      {...field}
      hint={format === "time" ? [field.hint, where].filter(Boolean).join(" ") : field.hint}
      type={TIME_INPUTS[format]}
      value={held}
      onChange={(event) => onChange(fromControl(format, event.currentTarget.value, zone))}
      className="sm:w-60"
    />
  );
}
