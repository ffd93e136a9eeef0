"use client";

import { useRef } from "react";
import { CheckboxField } from "../../../../components/field";
import { withMarks } from "../../../../lib/marks";
import { type Draft, firstDraft } from "./draft";
import type { FieldSpec } from "./field-spec";

/** Checkbox that sets a field to null. Unticking it restores what was typed before. */
export function NoneBox({
  spec,
  draft,
  onChange,
}: {
  spec: FieldSpec;
  draft: Draft;
  onChange: (draft: Draft) => void;
}) {
  const before = useRef<Draft>(spec.kind === "group" ? firstDraft(spec.fields) : "");
  return (
    <CheckboxField
      label={
        <>
          None<span className="sr-only"> for {withMarks(spec.label)}</span>
        </>
      }
      checked={draft === null}
      onCheckedChange={(isNone) => {
        if (isNone) before.current = draft;
        onChange(isNone ? null : before.current);
      }}
    />
  );
}
