"use client";

import { Plus, X } from "lucide-react";
import { type ReactNode, useId } from "react";
import { Button } from "../../../../components/button";
import { cx } from "../../../../components/cx";
import { FormError } from "../../../../components/form-error";
import { withMarks } from "../../../../lib/marks";
import { type ArgsDraft, firstDraft } from "./draft";
import type { FieldSpec } from "./field-spec";

/** The fields of an object under its name. An optional object can be added and removed. */
export function GroupField({
  spec,
  draft,
  onChange,
  labelHidden,
  error,
  children,
}: {
  spec: Extract<FieldSpec, { kind: "group" }>;
  draft: ArgsDraft;
  onChange: (draft: ArgsDraft) => void;
  labelHidden: boolean | undefined;
  error: string | null;
  children: ReactNode;
}) {
  const notes = useId();
  const isThere = typeof draft === "object" && draft !== null;
  const mayBeLeftOut = !spec.required && spec.initial === undefined;
  return (
    <fieldset
      aria-describedby={notes}
      className={cx("flex min-w-0 flex-col gap-3", !labelHidden && "border-l-2 border-line pl-3")}
    >
      <legend className={cx("float-left -mb-1 text-list font-medium", labelHidden && "sr-only")}>
        {withMarks(spec.label)}
        {spec.required ? null : <span className="ml-1.5 font-normal text-faint">optional</span>}
      </legend>
      <div id={notes} className="flex flex-col gap-1.5 empty:hidden">
        {spec.hint ? <p className="text-meta text-pretty text-muted">{withMarks(spec.hint)}</p> : null}
        <FormError message={error} />
      </div>
      {isThere ? children : null}
      {draft === "" ? (
        <Button className="self-start" icon={Plus} onClick={() => onChange(firstDraft(spec.fields))}>
          Add {withMarks(spec.label)}
        </Button>
      ) : null}
      {isThere && mayBeLeftOut ? (
        <Button variant="ghost" className="-ml-2 self-start" icon={X} onClick={() => onChange("")}>
          Leave {withMarks(spec.label)} out
        </Button>
      ) : null}
    </fieldset>
  );
}
